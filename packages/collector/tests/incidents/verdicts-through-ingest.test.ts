import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PracticeStates } from '../../src/serve/fleet/practice-states.ts'
import { machineDetail } from '../../src/serve/machines/detail.ts'
import type { Row } from '../../src/store/index.ts'
import { machineByUid } from '../../src/store/machines.ts'
import type { PracticeEntry } from '../../src/store/practice-book.ts'
import { PRACTICES, VirtualFleet } from '../support/virtual-fleet.ts'

// Every verdict beside the detector's, by what agents send to a real collector on SQLite, on a clock that the test moves.

let folder: string
let fleet: VirtualFleet
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-verdicts-'))
  fleet = new VirtualFleet(folder)
  await fleet.startEnrolled()
  fleet.introduce()
  await fleet.pass(8 * MINUTE)
})
afterEach(async () => {
  await fleet.context.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The collector is away for days, and everybody comes back to it. */
const days = async (n: number): Promise<void> => {
  await fleet.restart(n * DAY)
  fleet.reconnect()
  await fleet.pass(SECOND)
}

describe("a practice's line", () => {
  const LINE = 'practice-line: Line or power is down at A81003'
  const cut = (site: number, but = 0) => {
    for (const uid of fleet.at(site).slice(but)) fleet.vanish(uid)
  }

  test('is down when all its machines vanish; over a restart; and up when they are back', async () => {
    cut(3)
    await fleet.pass(4 * MINUTE)
    expect(fleet.open()).toEqual([LINE])
    await fleet.restart(SECOND)
    fleet.reconnect(fleet.uids.filter((uid) => !fleet.at(3).includes(uid)))
    await fleet.pass(20 * MINUTE)
    expect(fleet.open()).toEqual([LINE])
    expect(fleet.context.incidents.active()[0]?.record.status).toBe('open')
    fleet.reconnect(fleet.at(3))
    await fleet.pass(MINUTE)
    expect(fleet.open()).toEqual([])
  })

  test('is not blamed while one machine is heard, nor at closing time', async () => {
    cut(3, 1)
    for (const uid of fleet.at(4)) fleet.goodbye(uid)
    await fleet.pass(6 * MINUTE)
    expect(fleet.open()).toEqual([])
  })
})

describe('the clinical system', () => {
  const DOWN = 'clinical-system: EMIS Web is unreachable; the machines are well'
  const measure = (sites: readonly number[], ok: boolean) => {
    for (const site of sites) for (const uid of fleet.at(site).slice(0, 2)) fleet.probed(uid, ok)
  }
  const all = Array.from({ length: PRACTICES }, (_, site) => site)

  test('is unreachable from many practices; over a restart; one that reaches it is not all of them', async () => {
    measure(all, true)
    await fleet.pass(MINUTE)
    measure(all.slice(0, 30), false)
    await fleet.pass(MINUTE)
    expect(fleet.open()).toEqual([DOWN])
    await fleet.restart(SECOND)
    fleet.reconnect(fleet.at(0))
    measure([0], true)
    await fleet.pass(MINUTE)
    expect(fleet.open()).toEqual([DOWN])
    fleet.reconnect(fleet.uids.filter((uid) => !fleet.at(0).includes(uid)))
    await fleet.pass(8 * MINUTE)
    expect(fleet.open()).toEqual([DOWN])
    measure(all, true)
    await fleet.pass(MINUTE)
    expect(fleet.open()).toEqual([])
  })

  test('is not blamed for two practices, for one machine in each, or for what was measured hours ago', async () => {
    measure([0, 1], false)
    for (const site of all.slice(2)) {
      const [first = '', ...others] = fleet.at(site)
      fleet.probed(first, false)
      for (const uid of others.slice(0, 2)) fleet.probed(uid, true)
      // kept in a spool since the night, and sent now
      for (const uid of others.slice(0, 2)) fleet.probed(uid, false, fleet.clock.now() - 5 * HOUR)
    }
    await fleet.pass(2 * MINUTE)
    expect(fleet.open()).toEqual([])
  })

  test("is shown by each service on the page of the practice and of a machine, as the latest event's is; over a restart", async () => {
    const tileOf = () => {
      const { book, detection } = fleet.context
      const states = new PracticeStates({ ...fleet.context, clinicalSystem: detection.verdicts.clinicalSystem })
      return states.of(book.byCode('A81003') as PracticeEntry)
    }
    const detailOf = async (uid: string) => {
      const { book, fleet: machines, store } = fleet.context
      const row = await machineByUid(store.reader, uid)
      return machineDetail({ db: store.reader, fleet: machines, book }, row as Row<'machine'>)
    }
    const [first = ''] = fleet.at(3)
    const measuredAt = fleet.clock.now() - SECOND
    for (const uid of fleet.at(3)) {
      fleet.probed(uid, false, measuredAt)
      // an agent sends one event for each service
      fleet.probed(uid, true, measuredAt + SECOND, 'Spine')
      // and what it kept in its spool comes late
      fleet.probed(uid, true, measuredAt - HOUR)
    }
    await fleet.pass(MINUTE)
    const of = fleet.at(3).length
    const reachability = [
      { name: 'EMIS Web', ok: 0, of, failedAt: 'tcp' },
      { name: 'Spine', ok: of, of, failedAt: null },
    ]
    const verdict = { working: 'stopped', why: 'clinical-system' }
    const results = [
      { name: 'EMIS Web', ok: false, failedAt: 'tcp', at: measuredAt },
      { name: 'Spine', ok: true, at: measuredAt + SECOND },
    ]
    expect(tileOf()).toMatchObject({ reachability, verdict })
    expect((await detailOf(first)).reachability).toEqual({ at: measuredAt + SECOND, results })
    await fleet.restart(SECOND)
    fleet.reconnect()
    await fleet.pass(SECOND)
    expect(tileOf()).toMatchObject({ reachability, verdict })
    // one that can be reached again is no longer blamed, and the other keeps its own time
    for (const uid of fleet.at(3)) fleet.probed(uid, true)
    await fleet.pass(MINUTE)
    expect(tileOf().verdict).toMatchObject({ working: 'working' })
    expect((await detailOf(first)).reachability?.results[1]).toEqual(results[1])
  })

  test('stays down for as long as it is', async () => {
    measure(all, false)
    await fleet.pass(MINUTE)
    await days(2)
    await fleet.pass(MINUTE)
    expect(fleet.context.incidents.active()[0]?.record.status).toBe('open')
  })
})

describe('one machine', () => {
  const victim = () => fleet.uids[100] as string
  const FAILING = 'machine: PC keeps crashing by itself'
  const open = () => fleet.open().map((title) => title.replace(/ at A\d+/, ''))

  test('needs replacing after five blue screens of its own in a week, of which a restart forgets none', async () => {
    for (let n = 0; n < 4; n++) {
      fleet.crashed(victim())
      await fleet.pass(MINUTE)
      await days(1)
    }
    expect(open()).toEqual([])
    fleet.crashed(victim())
    await fleet.pass(MINUTE)
    expect(open()).toEqual([FAILING])
    // a quiet day does not mend it
    await days(2)
    await fleet.pass(MINUTE)
    expect(open()).toEqual([FAILING])
    await days(13)
    await fleet.pass(MINUTE)
    expect(open()).toEqual([])
  })

  test('is not blamed for five in a month, nor for one that is told five times', async () => {
    for (let n = 0; n < 5; n++) {
      fleet.crashed(victim(), { id: 'the same' })
      await fleet.pass(MINUTE)
    }
    for (let n = 0; n < 5; n++) {
      fleet.crashed(fleet.uids[200] as string)
      await days(6)
    }
    await fleet.pass(MINUTE)
    expect(open()).toEqual([])
  })
})

describe('the collector itself', () => {
  const OWN_LINE = "blind: The collector's own line is most likely down"

  test('cannot hear when nearly everyone goes at once, and no practice is blamed; a restart does not end it', async () => {
    for (const uid of fleet.uids) fleet.vanish(uid)
    await fleet.pass(6 * MINUTE)
    expect(fleet.open()).toEqual([OWN_LINE])
    await fleet.restart(SECOND)
    await fleet.pass(3 * MINUTE)
    expect(fleet.open()).toEqual([OWN_LINE])
    fleet.reconnect()
    await fleet.pass(MINUTE)
    expect(fleet.open()).toEqual([])
  })

  test('hears well when a third of the fleet goes: those are their regions', async () => {
    for (let site = 0; site < PRACTICES / 3; site++) for (const uid of fleet.at(site)) fleet.vanish(uid)
    await fleet.pass(6 * MINUTE)
    expect(fleet.open().filter((title) => title.startsWith('blind'))).toEqual([])
    expect(fleet.open().length).toBeGreaterThan(0)
  })

  test('says from when to when it was away, and nothing of a short restart', async () => {
    await fleet.restart(MINUTE)
    fleet.reconnect()
    await fleet.pass(8 * MINUTE)
    const told = async () => (await fleet.context.desk.list({ status: 'all', limit: 10 })).items.map((i) => i.title)
    expect(await told()).toEqual([])
    const from = new Date(fleet.clock.now()).toISOString().slice(11, 16)
    await fleet.restart(10 * MINUTE)
    const until = new Date(fleet.clock.now()).toISOString().slice(11, 16)
    expect(await told()).toEqual([`The collector could not see from ${from} to ${until} UTC`])
  })
})

describe('a hardware model', () => {
  const models = (share: number) => {
    for (const [i, uid] of fleet.uids.entries())
      fleet.send(uid, {
        id: 'model',
        at: fleet.clock.now(),
        type: 'inventory',
        complete: [],
        components: [],
        model: i % share === 0 ? 'OptiPlex 3080' : 'ThinkCentre M70',
      })
  }

  test('is named when its machines crash and the others do not', async () => {
    models(4)
    await fleet.pass(10 * MINUTE)
    for (const [i, uid] of fleet.uids.entries()) {
      if (i % 4 !== 0 || i % 8 === 0) continue
      fleet.crashed(uid)
      await fleet.pass(5 * SECOND)
    }
    await fleet.pass(2 * MINUTE)
    expect(fleet.context.incidents.active().map((i) => [i.record.kind, i.record.cause?.key])).toEqual([
      ['model', 'model:OptiPlex 3080'],
    ])
  })

  test('is not named when as many crash of every model', async () => {
    models(4)
    await fleet.pass(10 * MINUTE)
    for (const [i, uid] of fleet.uids.entries()) {
      if (i % 16 !== 0 && i % 16 !== 5 && i % 16 !== 10 && i % 16 !== 15) continue
      if (i % 3 !== 0) continue
      fleet.crashed(uid)
      await fleet.pass(5 * SECOND)
    }
    await fleet.pass(2 * MINUTE)
    expect(fleet.open().filter((title) => title.startsWith('model'))).toEqual([])
  })
})
