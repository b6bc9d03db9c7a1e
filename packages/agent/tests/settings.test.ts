import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { INSTALLER_KEY, withInstallerProperties } from '../src/config/registry.ts'
import { caFingerprint, collectorAddress, proxyAddress, siteCode } from '../src/config/settings.ts'
import { readSecrets, readSettings, type Sealer, writeSettings } from '../src/config/settings-file.ts'
import type { Registry } from '../src/windows/registry.ts'
import { proxyOfList } from '../src/windows/system-proxy.ts'
import { memoryFolder } from './support/memory-folder.ts'

/** Turns each bit over: enough to see that what is sealed is not readable. */
const flip: Sealer = {
  protect: (plain) => Buffer.from(plain.map((byte) => byte ^ 0xff)),
  unprotect: (sealed) => Buffer.from(sealed.map((byte) => byte ^ 0xff)),
}

describe('the collector’s address', () => {
  it.each([
    'https://c.example',
    'https://c.example:8443/',
    'http://127.0.0.1:8854',
    'http://localhost:1',
    'http://[::1]:2',
  ])('may be %s', (text) => expect(collectorAddress(text).host).toContain(new URL(text).host))
  it('may be written as a WebSocket’s', () => expect(collectorAddress('wss://c.example').protocol).toBe('https:'))
  it.each(['http://c.example', 'http://127.0.0.1.example', 'ws://10.0.0.1', 'ftp://c.example', 'c.example', ''])(
    'may not be %s: nothing goes out without encryption',
    (text) => expect(() => collectorAddress(text)).toThrow(/https/),
  )
})

describe('other settings', () => {
  it('take a fingerprint as certificate viewers write it', () => {
    expect(caFingerprint(Array(32).fill('AB').join(':'))).toBe('ab'.repeat(32))
    expect(() => caFingerprint('abc')).toThrow(/64/)
    expect(caFingerprint(`${'AB'.repeat(32)}, ${'cd'.repeat(32)}`)).toBe(`${'ab'.repeat(32)},${'cd'.repeat(32)}`)
  })
  it('split a proxy’s login from its address', () => {
    expect(proxyAddress('http://us%40er:p%3Aw@proxy:8080')).toEqual({
      proxy: 'http://proxy:8080',
      proxyLogin: 'us@er:p:w',
    })
    for (const domain of ['http://NHS\\svc:pw@proxy:8080', 'NHS\\svc:pw@proxy:8080', 'http://NHS%5Csvc:pw@proxy:8080'])
      expect(proxyAddress(domain)).toEqual({ proxy: 'http://proxy:8080', proxyLogin: 'NHS\\svc:pw' })
    expect(proxyAddress('proxy:3128')).toEqual({ proxy: 'http://proxy:3128' })
    expect(() => proxyAddress('socks5://proxy')).toThrow(/PROXY/)
  })
  it.each([
    ['http://svc:p@ss/w#rd?@proxy:8080', 'svc:p@ss/w#rd?'],
    ['http://svc:50%off@proxy:8080', 'svc:50%off'],
    ['svc@icb.example:p@ss@proxy:8080', 'svc@icb.example:p@ss'],
    ['HTTP://svc:@Proxy:8080/', 'svc:'],
  ])('take a password as it is: %s', (text, proxyLogin) => {
    expect(proxyAddress(text)).toEqual({ proxy: 'http://proxy:8080', proxyLogin })
  })
  it('know an ODS code', () => {
    expect(siteCode(' a81001 ')).toBe('A81001')
    expect(() => siteCode('Dr. Smith')).toThrow(/A81001/)
  })
  it('read the system’s list of proxies', () => {
    expect(proxyOfList('http=a:80;https=b:8080')).toBe('http://b:8080')
    expect(proxyOfList('c:3128')).toBe('http://c:3128')
    expect(proxyOfList('ftp=d:21')).toBeUndefined()
    expect(proxyOfList('HTTP=a:80;HTTPS=HTTP://[::1]:8080')).toBe('http://[::1]:8080')
  })
})

describe('the settings’ file', () => {
  const settings = { collectorUrl: 'https://c.example/', site: 'A81001', machine: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }

  it('gives back what was written, and no secret in the open', () => {
    const folder = memoryFolder('settings')
    writeSettings(folder, settings, { machineSecret: 'very secret', proxyLogin: 'user:pass' }, flip)
    const text = readFileSync(join(folder, 'agent.json'), 'utf8')
    expect(text).not.toMatch(/very secret|user:pass/)
    expect(readSettings(folder)).toMatchObject(settings)
    expect(readSecrets(readSettings(folder), flip)).toEqual({ machineSecret: 'very secret', proxyLogin: 'user:pass' })
  })

  it('survives one copy that comes back as zeros', () => {
    const folder = memoryFolder('settings')
    writeSettings(folder, settings, {}, flip)
    writeFileSync(join(folder, 'agent.json'), Buffer.alloc(200))
    expect(readSettings(folder)).toMatchObject(settings)
  })
})

describe('the installer’s properties', () => {
  const registryOf = (values: Record<string, string>): Registry => ({
    read: (key, name) =>
      key === INSTALLER_KEY && values[name] !== undefined
        ? { name, type: 1, data: Buffer.from(`${values[name]}\0`, 'utf16le') }
        : undefined,
    exists: () => true,
    keys: () => [],
    values: () => Object.keys(values),
    writeString: () => undefined,
    writeStrings: () => undefined,
    deleteValue: () => undefined,
    deleteKey: () => undefined,
  })

  it('become settings and secrets', () => {
    const given = withInstallerProperties(
      {},
      {},
      registryOf({
        CollectorUrl: 'https://c.example',
        EnrolmentToken: 't0ken',
        Site: 'a81001',
        Proxy: 'http://u:p@proxy:8080',
      }),
    )
    expect(given.settings).toMatchObject({
      collectorUrl: 'https://c.example/',
      site: 'A81001',
      proxy: 'http://proxy:8080',
    })
    expect(given.secrets).toEqual({ enrolmentToken: 't0ken', proxyLogin: 'u:p' })
    expect(given.changed).toBe(true)
  })

  it('hold tags, bounded, until they are taken off by a word', () => {
    const tagged = (Tags: string) => withInstallerProperties({ tags: ['a'] }, {}, registryOf({ Tags })).settings.tags
    expect(tagged('Ring:Pilot, floor:2')).toEqual(['ring:pilot', 'floor:2'])
    expect(tagged('')).toEqual(['a'])
    expect(tagged('none')).toEqual([])
    expect(() => tagged('<b>')).toThrow('"<b>" is no tag')
    expect(() => tagged('a b c d e f g h i')).toThrow('at most 8')
  })

  const sha256 = 'ab'.repeat(32)
  const enrolled = { collectorUrl: 'https://c.example/', machine: 'X', hardware: 'h', caSha256: sha256, tags: ['a'] }
  const moved = (values: Record<string, string>) => withInstallerProperties(enrolled, {}, registryOf(values)).settings

  it('with a token for another address, are another collector’s: name and pin of the one before are none there', () => {
    const elsewhere = { CollectorUrl: 'https://d.example', EnrolmentToken: 't' }
    expect(moved(elsewhere)).toEqual({ collectorUrl: 'https://d.example/', tags: ['a'] })
    expect(moved({ ...elsewhere, CaSha256: 'CD'.repeat(32) })).toMatchObject({ caSha256: 'cd'.repeat(32) })
    const port = moved({ CollectorUrl: 'https://c.example:8443', EnrolmentToken: 't' })
    expect(port).toEqual({ collectorUrl: 'https://c.example:8443/', caSha256: sha256, tags: ['a'] })
  })

  it('that stay in the registry change nothing at the next start', () => {
    const stored = { collectorUrl: 'https://c.example/', site: 'A81001', tags: ['a'], caSha256: sha256, machine: 'X' }
    const left = registryOf({ CollectorUrl: 'https://c.example', Site: 'a81001', Tags: 'a', CaSha256: sha256 })
    expect(withInstallerProperties(stored, { key: 'k' }, left)).toEqual({
      settings: stored,
      secrets: { key: 'k' },
      changed: false,
    })
  })

  it('without a token are the same collector at another address, and with one for the same address change nothing', () => {
    expect(moved({ CollectorUrl: 'https://d.example' })).toEqual({ ...enrolled, collectorUrl: 'https://d.example/' })
    expect(moved({ CollectorUrl: 'https://c.example', EnrolmentToken: 't' })).toEqual(enrolled)
  })

  it('take off a pin, or a proxy with its login, by a word; another proxy is not shown the login of the one before', () => {
    const { caSha256: _pin, ...unpinned } = enrolled
    expect(moved({ CaSha256: 'none' })).toEqual(unpinned)
    const proxied = { ...enrolled, proxy: 'http://p:1' }
    const secrets = { key: 'k', proxyLogin: 'u:p' }
    const given = (Proxy: string) => withInstallerProperties(proxied, secrets, registryOf({ Proxy }))
    expect(given('None')).toMatchObject({ settings: enrolled, secrets: { key: 'k' }, changed: true })
    expect(given('None').settings).not.toHaveProperty('proxy')
    expect(given('q:2')).toMatchObject({ settings: { proxy: 'http://q:2' } })
    expect(given('q:2').secrets).toEqual({ key: 'k' })
    expect(given('').secrets).toEqual(secrets)
  })

  it('change nothing where an upgrade left them empty', () => {
    const before = { collectorUrl: 'https://c.example/', site: 'A81001', machine: 'X' }
    const empty = registryOf({ CollectorUrl: '', EnrolmentToken: '', Site: '', Proxy: '', CaSha256: '' })
    expect(withInstallerProperties(before, { machineSecret: 's' }, empty)).toEqual({
      settings: before,
      secrets: { machineSecret: 's' },
      changed: false,
    })
  })
})
