import { expect, test } from 'vitest'
import { listenAddress, localAddress, publicAddress } from '../../src/model/address.ts'

const config = { host: '127.0.0.1', port: 8854, tls: undefined, publicUrl: undefined }

test('as configured, whatever it listens on and whoever asks', () => {
  const set = { ...config, host: '0.0.0.0', publicUrl: 'https://fleet.example' }
  expect(publicAddress(set)).toBe('https://fleet.example')
  expect(publicAddress(set, { protocol: 'http', host: '10.0.0.1:8854' })).toBe('https://fleet.example')
  expect(localAddress(set, 'http://0.0.0.0:8854')).toBe('https://fleet.example')
})

test('else as it was just addressed, else where it listens', () => {
  expect(publicAddress(config, { protocol: 'http', host: 'localhost:8854' })).toBe('http://localhost:8854')
  const everywhere = { ...config, host: '0.0.0.0' }
  expect(publicAddress(everywhere, { protocol: 'https', host: 'pump.local' })).toBe('https://pump.local')
  // a Host that somebody made up leads nowhere else
  expect(publicAddress(config, { protocol: 'https', host: 'evil.example' })).toBe('http://127.0.0.1:8854')
  expect(publicAddress(config)).toBe('http://127.0.0.1:8854')
  expect(publicAddress({ ...config, host: '2001:db8::7', tls: {} })).toBe('https://[2001:db8::7]:8854')
})

test.each(['0.0.0.0', '::'])('%s is nobody’s address', (host) => {
  expect(publicAddress({ ...config, host })).toBeUndefined()
  expect(localAddress({ ...config, host }, listenAddress({ ...config, host }, 9_000))).toBe('http://localhost:9000')
  expect(listenAddress({ ...config, host }, 9_000)).toContain(':9000')
})

test('a port that is not known yet makes no address, nor does what stands behind a proxy', () => {
  expect(publicAddress({ ...config, port: 0 })).toBeUndefined()
  expect(publicAddress({ ...config, trustProxy: true })).toBeUndefined()
})
