import { describe, expect, test } from 'vitest'
import { ConfigError, optionsHelp, readConfig } from '../../src/config/index.ts'

describe('configuration', () => {
  test('the defaults are loopback, SQLite in the data folder, and the wire’s heartbeat', () => {
    const config = readConfig({ PUMPHANDLE_DATA: '/var/lib/pumphandle' })
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8854,
      database: { kind: 'sqlite', file: '/var/lib/pumphandle/pumphandle.db' },
      heartbeatSeconds: 15,
      silenceSeconds: 40,
      bootLoop: { boots: 3, minutes: 30 },
      demo: false,
    })
  })

  test('a flag wins over the environment', () => {
    expect(readConfig({ PUMPHANDLE_PORT: '1' }, ['--port', '2']).port).toBe(2)
  })

  test.each([
    [['--port', 'x'], 'PUMPHANDLE_PORT is "x"; set a number from 0 to 65535.'],
    [['--port', '1.5'], 'set a whole number'],
    [['--host', '0.0.0.0'], 'PUMPHANDLE_HOST is 0.0.0.0, which others can reach: set PUMPHANDLE_TLS_CERT'],
    [['--tls-cert', 'a.pem'], 'Set both PUMPHANDLE_TLS_CERT and PUMPHANDLE_TLS_KEY, or neither.'],
    [['--probes', 'EMIS'], 'PUMPHANDLE_PROBES has "EMIS"; write name=https://host/path'],
    [['--probes', Array(11).fill('a=tcp://b:1').join()], 'name at most 10'],
    [['--database', 'mysql://x'], 'set a postgres:// address or a file name'],
    [['--time-zone', 'Moon'], 'set a zone such as Europe/London'],
    [['--demo', 'yes'], 'set 1 or 0'],
    [['--log-level', 'loud'], 'set one of trace, debug'],
    [['--public-url', 'fleet'], 'set an address such as https://'],
    [['--colour', 'red'], "Unknown option '--colour'; --help lists the flags."],
  ])('%s', (args, sentence) => {
    expect(() => readConfig({}, args)).toThrow(ConfigError)
    expect(() => readConfig({}, args)).toThrow(sentence)
  })

  test('behind TLS, or a proxy that ends it, any address will do', () => {
    expect(readConfig({}, ['--host', '0.0.0.0', '--trust-proxy', '1'])).toMatchObject({ trustProxy: true, proxies: [] })
    const named = readConfig({ PUMPHANDLE_TRUST_PROXY: '10.0.0.5, fd00::/8' })
    expect(named).toMatchObject({ trustProxy: true, proxies: ['10.0.0.5', 'fd00::/8'] })
    for (const wrong of ['yes', '10.0.0', '10.0.0.5/33', '10.0.0.5/', 'proxy.example', ''])
      expect(() => readConfig({ PUMPHANDLE_TRUST_PROXY: wrong })).toThrow(/addresses of your proxies/)
    const tls = ['--tls-cert', '/c.pem', '--tls-key', '/k.pem']
    expect(readConfig({}, ['--host', '0.0.0.0', ...tls]).tls).toEqual({ certFile: '/c.pem', keyFile: '/k.pem' })
  })

  test('probes', () => {
    const { probes } = readConfig({}, [
      '--probes',
      'EMIS Web=https://emis.example/health, Spine=tls://spine.example:992',
    ])
    expect(probes).toEqual([
      { name: 'EMIS Web', kind: 'https', host: 'emis.example', port: 443, path: '/health', intervalSeconds: 60 },
      { name: 'Spine', kind: 'tls', host: 'spine.example', port: 992, intervalSeconds: 60 },
    ])
  })

  test('the help names every flag once', () => {
    const flags = optionsHelp().match(/--[\w-]+/g) ?? []
    expect(flags).toContain('--boot-loop-minutes')
    expect(new Set(flags).size).toBeGreaterThan(15)
  })

  test('a setting that is misspelt is refused; variables of the command line and the agent are not', () => {
    expect(() => readConfig({ PUMPHANDLE_RETENTION: '30' })).toThrow(
      'PUMPHANDLE_RETENTION is no setting of the collector; take it away, or see --help for what there is.',
    )
    expect(readConfig({ PUMPHANDLE_URL: 'http://x', PUMPHANDLE_AGENT_DATA: '/x', OTHER: '1' }).port).toBe(8854)
  })
})
