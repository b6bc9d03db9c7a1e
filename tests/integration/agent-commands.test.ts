import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildFalconVolume, FALCON_NIGHT } from '../../packages/agent/tests/support/falcon-volume.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

const MAIN = fileURLToPath(new URL('../../packages/agent/src/main.ts', import.meta.url))
const FINGERPRINT = createHash('sha256').update(`pumphandle:${FALCON_NIGHT.machineGuid.toLowerCase()}`).digest('hex')

let folder: string
let volume: string
let collector: Collector
let token: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-commands-'))
  volume = buildFalconVolume({ dir: join(folder, 'disk') })
  const env = { PUMPHANDLE_DATA: join(folder, 'collector'), PUMPHANDLE_PORT: '0', PUMPHANDLE_LOG_LEVEL: 'silent' }
  collector = await startCollector(readConfig(env))
  const made = { name: 'commands', site: null, days: 1, maxUses: null, createdBy: 'test' }
  token = (await collector.context.enrolment.createToken(made)).secret
})
afterAll(async () => {
  await collector.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs one command of the agent to its end, as a person does. */
async function agent(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  child.stdout.on('data', (bytes: Buffer) => (said.out += bytes.toString('utf8')))
  child.stderr.on('data', (bytes: Buffer) => (said.err += bytes.toString('utf8')))
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)))
  return { code, ...said }
}
async function machineNamed(name: string) {
  const { db } = collector.context.store
  const machine = await db.selectFrom('machine').selectAll().where('name', '=', name).executeTakeFirstOrThrow()
  const events = await db.selectFrom('event').selectAll().where('machine_id', '=', machine.id).execute()
  return { ...machine, types: events.map(({ type }) => type), payloads: events.map(({ payload }) => String(payload)) }
}

describe('enrol', () => {
  it('exchanges the token for an id of its key, which the collector accepts, and keeps the key for its owner alone', async () => {
    const data = join(folder, 'enrolled')
    const { code, out } = await agent('enrol', '--data', data, '--collector', collector.url, '--token', token)
    const file = join(data, 'agent.json')
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { machine: string; sealed: string }
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(stored.machine) as string })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const { key, machineSecret, enrolmentToken } = JSON.parse(Buffer.from(stored.sealed, 'base64').toString()) as {
      key: string
      machineSecret?: string
      enrolmentToken?: string
    }
    expect({ enrolmentToken, machineSecret }).toEqual({})
    const identity = { machine: stored.machine, key }
    ;(await WireClient.connect(collector.url, identity)).socket.terminate()
  })

  it.each([
    ['a wrong token', () => ['--collector', collector.url, '--token', 'x'.repeat(30)], 'make a new one'],
    ['no token', () => ['--collector', collector.url], '--token'],
    ['no collector', () => ['--token', token], '--collector'],
  ])('says in a sentence what to do about %s', async (_what, args, says) => {
    const { code, err } = await agent('enrol', '--data', join(folder, 'nothing'), ...args())
    expect(code).toBe(1)
    expect(err.trim().split('\n')).toEqual([expect.stringContaining(says)])
  })
})

describe('scan --send', () => {
  const send = (...args: string[]) =>
    agent('scan', '--volume', volume, '--send', '--collector', collector.url, '--token', token, ...args)

  it('reports a disk as an unmanaged machine of its computer’s name', async () => {
    const { code, out, err } = await send('--data', join(folder, 'technician'))
    expect(code).toBe(0)
    expect(out).toContain('csagent.sys')
    const machine = await machineNamed(FALCON_NIGHT.computer)
    expect(err).toContain(machine.uid)
    expect(machine).toMatchObject({ unmanaged: 1, last_crash_stop: 0x50, last_crash_culprit: 'csagent.sys' })
    expect(new Set(machine.types)).toEqual(new Set(['boot', 'crash', 'inventory']))
    expect(machine.payloads.join()).toContain('falcon/291')
  })

  it('reports it under another name where one is given', async () => {
    expect((await send('--name', 'DISK-ON-BENCH')).code).toBe(0)
    expect((await machineNamed('DISK-ON-BENCH')).types).toContain('crash')
  })

  it('reports it as the machine that it belongs to, whose own secret goes on to hold', async () => {
    const own = await enrol(collector.url, token, { fingerprint: FINGERPRINT, computerName: 'RECEPTION-01' })
    // whoever puts machines into a practice may not speak for those that are there
    expect(await send('--as-itself')).toMatchObject({ code: 1 })
    const made = { name: 'reports', site: null, days: 1, maxUses: null, createdBy: 'test', isForReports: true }
    const { secret } = await collector.context.enrolment.createToken(made)
    const { code, err } = await send('--as-itself', '--token', secret)
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(own.machine) as string })
    const machine = await collector.context.store.db
      .selectFrom('machine')
      .selectAll()
      .where('uid', '=', own.machine)
      .executeTakeFirstOrThrow()
    expect(machine).toMatchObject({ unmanaged: 0, last_crash_culprit: 'csagent.sys' })
    ;(await WireClient.connect(collector.url, own)).socket.terminate()
  })

  it('says what is missing, and sends nothing', async () => {
    const { code, err } = await agent('scan', '--volume', volume, '--send', '--data', join(folder, 'technician'))
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('--token') as string })
  })
})
