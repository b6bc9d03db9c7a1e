import type { Koffi } from './koffi.ts'

/** winhttp.h: WINHTTP_ACCESS_TYPE_NAMED_PROXY. */
const NAMED_PROXY = 3

/**
 * The proxy that `netsh winhttp set proxy` gave this machine, as `http://host:port`, or undefined where it has none. The
 * per-user settings of the browser are not LocalSystem's. (Microsoft, "WinHttpGetDefaultProxyConfiguration".)
 */
export function systemProxy(koffi: Koffi): string | undefined {
  const winhttp = koffi.load('winhttp.dll')
  const info = koffi.struct({ accessType: 'uint32', proxy: 'str16', bypass: 'str16' })
  const get = winhttp.func('__stdcall', 'WinHttpGetDefaultProxyConfiguration', 'int', [koffi.out(koffi.pointer(info))])
  const answer: { accessType?: number; proxy?: string | null } = {}
  if (!get(answer) || answer.accessType !== NAMED_PROXY) return undefined
  return proxyOfList(answer.proxy ?? '')
}

/** `https=a:8080;http=b:80` or `a:8080`: the entry for https, else the one for everything, else none. */
export function proxyOfList(list: string): string | undefined {
  const entries = list
    .split(/[;\s]+/)
    .filter(Boolean)
    .map((entry) => {
      const [scheme, address] = entry.includes('=') ? entry.split('=', 2) : ['', entry]
      return { scheme: scheme?.toLowerCase(), address: (address ?? '').replace(/^https?:\/\//i, '') }
    })
  const found = entries.find(({ scheme }) => scheme === 'https') ?? entries.find(({ scheme }) => scheme === '')
  return found?.address ? `http://${found.address}` : undefined
}
