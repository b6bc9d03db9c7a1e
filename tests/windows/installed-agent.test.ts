import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildInstaller, layOutProgram, productVersion } from '../../packages/agent/installer/installer.ts'
import { SERVICE_ENVIRONMENT } from '../../packages/agent/src/windows/service-environment.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { memoryDump } from '../support/memory-dump.ts'
import { PROXY_ACCOUNT, startNtlmProxy } from '../support/ntlm-proxy.ts'
import { startStandIn } from '../support/stand-in-collector.ts'
import { hasWine, hasWineNtlm, startWine, type Wine } from '../support/wine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const bundle = join(root, 'packages/agent/dist/bundle')
const HEARTBEAT_SECONDS = 5
const SERVICE = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\pumphandle-agent'

/** The installer on the real Windows executable, against a real collector: the tests are one story, in order. */
describe.skipIf(!hasWine)('the installed agent', () => {
  let wine: Wine
  let collector: Collector
  let folder: string
  let port: number
  let token: string
  let firstMsi: string
  let secondMsi: string
  const path = (...parts: string[]): string => join(wine.drive, ...parts)
  const programs = (...parts: string[]): string => path('Program Files', 'PumphandleAgent', ...parts)
  const windowsPath = (file: string): string => `Z:${file.replaceAll('/', '\\')}`

  async function collect(): Promise<Collector> {
    const data = join(folder, 'collector')
    const settings = {
      DATA: data,
      PORT: String(port),
      LOG_LEVEL: 'silent',
      HEARTBEAT_SECONDS: String(HEARTBEAT_SECONDS),
    }
    const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`PUMPHANDLE_${name}`, value]))
    return startCollector(readConfig(env))
  }
  const machines = () => collector.context.store.db.selectFrom('machine').selectAll().execute()
  async function events(): Promise<{ event_id: string; type: string; payload: string }[]> {
    const rows = await collector.context.store.db.selectFrom('event').selectAll().execute()
    return rows.map(({ event_id, type, payload }) => ({ event_id, type, payload: String(payload) }))
  }
  const expectState = (state: string, reason?: RegExp): Promise<void> =>
    eventually(async () => {
      const [machine] = await machines()
      expect(machine?.state).toBe(state)
      if (reason) expect(machine?.state_reason).toMatch(reason)
    })
  const expectChannel = (channel: number): Promise<void> =>
    eventually(async () => {
      expect((await events()).map(({ payload }) => payload).join('\n')).toContain(`falcon/${channel}`)
    })
  /** On a busy machine Wine misses that a service runs, once in some ten starts, and ends it after 10 s. */
  const startService = (): Promise<void> =>
    eventually(async () => expect((await wine.run('net', 'start', 'pumphandle-agent')).code).toBe(0))
  function dropChannelFile(channel: number): void {
    const sensor = path('windows/system32/drivers/CrowdStrike')
    mkdirSync(sensor, { recursive: true })
    const name = `C-${String(channel).padStart(8, '0')}-00000000-00000001.sys`
    writeFileSync(join(sensor, name), Buffer.alloc(2000, 0xaa))
  }

  /** As Microsoft Defender does when it has new signatures. */
  async function setSignatures(version: string): Promise<void> {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Signature Updates'
    await wine.run('reg', 'add', key, '/v', 'AVSignatureVersion', '/t', 'REG_SZ', '/d', version, '/f')
  }

  beforeAll(async () => {
    execFileSync(process.execPath, [join(root, 'packages/agent/build.ts')], { stdio: 'ignore' })
    firstMsi = buildInstaller(bundle)
    // one that is not released yet
    secondMsi = buildInstaller(bundle, '0.99.0-rc.1')
    folder = mkdtempSync(join(tmpdir(), 'pumphandle-windows-test-'))
    port = await freePort()
    collector = await collect()
    const created = await collector.context.enrolment.createToken({
      name: 'windows test',
      site: null,
      days: 1,
      maxUses: 5,
      createdBy: 'test',
    })
    token = created.secret
    wine = await startWine()
    writeFileSync(path('windows/MEMORY.DMP'), memoryDump(Date.now() - 60_000))
    await setSignatures('1.415.1.0')
  })
  afterAll(async () => {
    wine?.remove()
    await collector?.close()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  it('has a version that Windows takes, and replaces another of the same three numbers', () => {
    const table = (name: string): string => execFileSync('msiinfo', ['export', secondMsi, name], { encoding: 'utf8' })
    expect(/^ProductVersion\t(.*?)\s*$/m.exec(table('Property'))?.[1]).toBe('0.99.0')
    expect(table('Upgrade')).toMatch(/\t0\.99\.0\t\t513\t\tWIX_UPGRADE_DETECTED/)
    expect(productVersion('1.2.3')).toBe('1.2.3')
  })

  it('installs silently, starts, enrols and reports the crash before this start', async () => {
    const { code } = await wine.run(
      'msiexec',
      '/i',
      windowsPath(firstMsi),
      '/qn',
      '/l*v',
      windowsPath(join(folder, 'install.log')),
      `COLLECTOR_URL=${collector.url}`,
      `ENROLMENT_TOKEN=${token}`,
      'SITE=A81001',
      'TAGS=ring:pilot floor:2',
    )
    expect(code).toBe(0)
    await eventually(async () => {
      const crash = (await events()).find(({ type }) => type === 'crash')
      expect(JSON.parse(crash?.payload ?? '{}')).toMatchObject({ stopCode: '0x50', sources: ['memory-dump'] })
    })
    expect(await machines()).toHaveLength(1)
  })

  it('starts with its own word on what Node reads of the machine’s environment', async () => {
    const { output } = await wine.run('reg', 'query', SERVICE, '/v', 'Environment')
    expect(output).toContain('REG_MULTI_SZ')
    for (const line of SERVICE_ENVIRONMENT) expect(output).toContain(line)
  })

  it('leaves no secret in the registry or the installer’s log, and none readable on the disk', async () => {
    const { output } = await wine.run('reg', 'query', 'HKLM\\SOFTWARE\\PumphandleAgent', '/s')
    expect(output).toContain(collector.url)
    expect(output).not.toContain(token)
    const settings = readFileSync(programs('data/agent.json'), 'utf8')
    expect(JSON.parse(settings)).toMatchObject({
      site: 'A81001',
      tags: ['ring:pilot', 'floor:2'],
      machine: expect.any(String) as string,
    })
    expect(settings).not.toContain(token)
    expect(readFileSync(programs('data/agent.log'), 'utf8')).not.toContain(token)
    const log = readFileSync(join(folder, 'install.log'), 'utf8')
    expect(log).toContain('Name: EnrolmentToken')
    expect(log).not.toContain(token)
  })

  it('sends a new channel file the moment it lands', async () => {
    dropChannelFile(291)
    await expectChannel(291)
    expect(await machines()).toHaveLength(1)
  })

  // its poll would take five minutes, longer than this test waits
  it('reads a sensor whose version is in the registry the moment it changes', async () => {
    await setSignatures('1.415.2.0')
    await eventually(async () => {
      const changes = (await events()).filter(({ type }) => type === 'component-changed')
      expect(changes.map(({ payload }) => payload).join()).toContain('1.415.2.0')
    })
  })

  it('says goodbye when its service is stopped', async () => {
    await expectState('crashed')
    expect((await wine.run('net', 'stop', 'pumphandle-agent')).code).toBe(0)
    await expectState('offline', /agent was stopped/)
    await startService()
    await eventually(async () => expect((await machines())[0]?.state).not.toBe('offline'))
  })

  it('is found dark when its process is killed', async () => {
    expect((await wine.run('taskkill', '/f', '/im', 'node.exe')).code).toBe(0)
    await expectState('dark')
  })

  it('keeps identity and spool through an upgrade without properties', async () => {
    const before = await machines()
    await startService()
    await eventually(async () => expect((await machines())[0]?.state).not.toBe('dark'))
    await collector.close()
    dropChannelFile(292)
    await eventually(() => expect(readFileSync(programs('data/spool.sqlite-wal')).includes('falcon/292')).toBe(true))
    rmSync(path('windows/system32/drivers/CrowdStrike'), { recursive: true })
    expect((await wine.run('msiexec', '/i', windowsPath(secondMsi), '/qn')).code).toBe(0)
    collector = await collect()
    await expectChannel(292)
    expect((await machines()).map(({ uid }) => uid)).toEqual(before.map(({ uid }) => uid))
    const ids = (await events()).map(({ event_id }) => event_id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is well in the eyes of its own doctor', async () => {
    const { output } = await wine.run(
      windowsPath(programs('node.exe')),
      windowsPath(programs('agent.cjs')),
      'doctor',
      '--json',
    )
    const findings = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { check: string; state: string })
    const stateOf = (check: string) => findings.find((finding) => finding.check === check)?.state
    for (const check of [
      'settings',
      'enrolled',
      'data-folder',
      'reach',
      'clock',
      'service',
      'service-environment',
      'safe-mode',
      'secrets',
    ])
      expect({ check, state: stateOf(check) }).toEqual({ check, state: 'ok' })
  })

  it('says where a proxy’s script is set, which it does not run', async () => {
    const key = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'
    const script = 'http://wpad.nhs.example/proxy.pac'
    await wine.run('reg', 'add', key, '/v', 'AutoConfigURL', '/t', 'REG_SZ', '/d', script, '/f')
    const { output } = await wine.run(windowsPath(programs('node.exe')), windowsPath(programs('agent.cjs')), 'doctor')
    await wine.run('reg', 'delete', key, '/v', 'AutoConfigURL', '/f')
    expect(output).toContain(`takes its proxy from a script (${script}), which the agent does not run`)
    expect(output).toContain('give PROXY the address that the script names')
  })

  // the account is one of a domain: Wine's own computer has none
  it.skipIf(!hasWineNtlm).each(['Negotiate', 'NTLM'] as const)(
    'gets past a proxy of %s by Windows’ sign-on',
    async (scheme) => {
      const proxy = await startNtlmProxy(scheme)
      const other = await startStandIn()
      const agent = (...args: string[]) =>
        wine.run(
          windowsPath(programs('node.exe')),
          windowsPath(programs('agent.cjs')),
          ...args,
          '--data',
          `C:\\${scheme}`,
        )
      const enrol = (password: string) => {
        const login = `${PROXY_ACCOUNT.domain}\\${PROXY_ACCOUNT.user}:${password}`
        return agent(
          'enrol',
          '--collector',
          other.url,
          '--token',
          'token',
          '--proxy',
          `http://${login}@${proxy.address}`,
        )
      }
      const refused = await enrol('wrong')
      expect(refused.output).toContain(`wants ${scheme} and does not accept the account in PROXY: give another one`)
      expect(proxy.messages).toEqual([1, 3])

      expect(await enrol(PROXY_ACCOUNT.password)).toMatchObject({ code: 0 })
      expect(proxy.messages).toEqual([1, 3, 1, 3])
      expect(proxy.accepted).toEqual([`${PROXY_ACCOUNT.domain}\\${PROXY_ACCOUNT.user}`])
      const { output } = await agent('doctor', '--json')
      expect(output).toContain(`The collector answers through the proxy http://${proxy.address}.`)
      proxy.close()
      await other.close()
    },
  )

  it('leaves nothing when it is uninstalled', async () => {
    expect((await wine.run('msiexec', '/x', windowsPath(secondMsi), '/qn')).code).toBe(0)
    await expectState('offline', /agent was stopped/)
    expect(existsSync(programs())).toBe(false)
    for (const key of [
      'HKLM\\SOFTWARE\\PumphandleAgent',
      SERVICE,
      'HKLM\\SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Network\\pumphandle-agent',
    ])
      expect({ key, isThere: (await wine.run('reg', 'query', key)).code === 0 }).toEqual({ key, isThere: false })
  })

  it('runs from a copied folder too, by its own install, and leaves nothing after its own uninstall', async () => {
    const copy = path('pumphandle')
    mkdirSync(copy)
    layOutProgram(bundle, copy)
    const agent = (...args: string[]) =>
      wine.run('C:\\pumphandle\\node.exe', 'C:\\pumphandle\\agent.cjs', ...args, '--data', 'C:\\pumphandle\\data')
    const before = await machines()
    const installed = await agent('install', '--collector', collector.url, '--token', token, '--site', 'A81001')
    expect(installed).toMatchObject({ code: 0, output: expect.stringContaining('The service') as string })
    const { output } = await wine.run('reg', 'query', SERVICE, '/v', 'Environment')
    for (const line of SERVICE_ENVIRONMENT) expect(output).toContain(line)
    if (!installed.output.includes('The service runs.')) await startService()
    // its key went with the data: a machine of its own, which says which computer it is
    const found = async () => (await machines()).find(({ uid }) => before.every((known) => known.uid !== uid))
    await eventually(async () => expect((await found())?.state ?? 'offline').not.toBe('offline'))
    const notes = await collector.context.store.reader.selectFrom('identity_note').selectAll().execute()
    expect(notes).toContainEqual(expect.objectContaining({ machine_id: (await found())?.id, kind: 'again' }))
    expect(readFileSync(join(copy, 'data/agent.json'), 'utf8')).not.toContain(token)

    // a stopped service's process may hold a file for a moment still; so does this one, for some 3 s
    const held = wine.run('cmd', '/c', 'ping -n 4 127.0.0.1 > C:\\pumphandle\\data\\held.txt')
    await eventually(() => expect(existsSync(join(copy, 'data/held.txt'))).toBe(true))
    expect(await agent('uninstall')).toMatchObject({
      code: 0,
      output: expect.stringContaining('are removed') as string,
    })
    await held
    await eventually(async () => expect((await found())?.state_reason).toMatch(/agent was stopped/))
    expect(existsSync(join(copy, 'data'))).toBe(false)
    expect((await wine.run('reg', 'query', SERVICE)).code).not.toBe(0)
  })
})
