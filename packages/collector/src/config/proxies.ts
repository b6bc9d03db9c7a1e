import { isIP } from 'node:net'
import { ConfigError, type Proxies } from './config.ts'

/** @throws ConfigError */
export function readProxies(name: string, text: string): Proxies {
  if (text === '0' || text === '1') return { trustProxy: text === '1', proxies: [] }
  const proxies = text.split(',').map((one) => one.trim())
  const wrong = proxies.find((one) => !isAddress(one))
  if (wrong === undefined) return { trustProxy: true, proxies }
  throw new ConfigError(
    `${name} is "${text}"; set 1, 0, or the addresses of your proxies with commas, such as 10.0.0.5,10.1.0.0/24.`,
  )
}

function isAddress(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const kind = isIP(address)
  if (kind === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (kind === 4 ? 32 : 128))
}
