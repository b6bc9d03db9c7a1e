import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Story } from '../../packages/agent/tests/support/story.ts'
import { writeEvtx } from '../../packages/agent/tests/support/write-evtx.ts'
import { type AgentWorld, makeAgentWorld } from '../support/agent-process.ts'
import { eventually } from '../support/eventually.ts'

const startedAt = Math.round(Date.now() - uptime() * 1000)
const crashedAt = startedAt - 60_000
/** The dump tells of ten minutes of uptime. */
const bootedAt = crashedAt - 600_000

let world: AgentWorld
let collector: Collector
let token: string
beforeEach(async () => {
  world = makeAgentWorld(crashedAt)
  const env = { PUMPHANDLE_DATA: join(world.folder, 'collector'), PUMPHANDLE_PORT: '0', PUMPHANDLE_LOG_LEVEL: 'silent' }
  collector = await startCollector(readConfig(env))
  const made = { name: 'late log', site: null, days: 1, maxUses: 1, createdBy: 'test' }
  token = (await collector.context.enrolment.createToken(made)).secret
})
afterEach(async () => {
  world.remove()
  await collector.close()
})

async function stored(type: string): Promise<{ id: string; bootId?: string; sources?: string[] }[]> {
  const rows = await collector.context.store.db.selectFrom('event').selectAll().where('type', '=', type).execute()
  return rows.map(({ payload, event_id }) => ({ ...JSON.parse(String(payload)), id: event_id }) as { id: string })
}

/** The log as Windows has it a moment later: the boot before, its crash, and this boot, with its own time for the latter. */
function writeLog(): void {
  const bugcheck = { stopCode: 0x50, parameters: [0xffff8000_12345678n, 0n, 0xfffff800_11223344n, 2n] as never }
  const story = new Story()
    .boot(bootedAt)
    .boot(startedAt - 2500, { unclean: true })
    .uncleanStart(startedAt + 5000, { bugcheck })
    .bugcheckReport(startedAt + 9000, bugcheck)
  const logs = join(world.volume, 'Windows/System32/winevt/Logs')
  mkdirSync(logs, { recursive: true })
  writeFileSync(join(logs, 'System.evtx'), writeEvtx(story.events))
}

describe('a log that gets this boot after the agent told of it', () => {
  it('makes of one boot and one crash no second ones, also when the agent is restarted', async () => {
    let child = world.start('--collector', collector.url, '--token', token)
    let said = ''
    child.stderr?.on('data', (text: Buffer) => (said += text.toString('utf8')))
    // what the agent says of it is part of what is found
    await eventually(async () => expect([(await stored('inventory')).length, said]).toEqual([1, expect.any(String)]))
    const boot = [...collector.context.fleet.machines()].map(({ bootId }) => bootId)
    expect(boot).toEqual([expect.any(String)])
    const [crash] = await stored('crash')

    writeLog()
    await eventually(async () => expect(await stored('boot')).toHaveLength(2))
    const boots = await stored('boot')
    expect(boots.map(({ bootId }) => bootId)).toContain(boot[0])
    expect(boots.map(({ bootId }) => bootId)).not.toContain(new Date(startedAt - 2500).toISOString())
    await eventually(async () => expect((await stored('crash'))[0]?.sources).toContain('log-1001'))

    const death = once(child, 'close')
    child.kill('SIGKILL')
    await death
    const before = (await stored('inventory')).length
    writeFileSync(join(world.volume, 'Windows/System32/drivers/CrowdStrike/C-00000291-00000000-00000032.sys'), 'x')
    child = world.start('--collector', collector.url)
    await eventually(async () => expect(await stored('inventory')).toHaveLength(before + 1))
    expect([...collector.context.fleet.machines()].map(({ bootId }) => bootId)).toEqual(boot)
    expect(await stored('boot')).toHaveLength(2)
    expect((await stored('crash')).map(({ id }) => id)).toEqual([crash?.id])
  })
})
