import type { IncidentRow, LiveMessage } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { Changes } from '../../src/fleet/changes.ts'
import { machineFromRow } from '../../src/fleet/machine.ts'
import type { IncidentChange } from '../../src/incidents/index.ts'
import { type FeedSources, feedLive } from '../../src/serve/live/feed.ts'
import type { LiveHub } from '../../src/serve/live/hub.ts'
import { machineRow } from '../support/world.ts'

const MACHINE_INCIDENTS = 60
const FLEET_INCIDENT = 1000
const change = { members: [] } as unknown as IncidentChange

function feed(sources: Partial<FeedSources>) {
  const told: LiveMessage[] = []
  let round = (): void => undefined
  const changes = new Changes(() => undefined)
  const end = feedLive({ publish: (message: LiveMessage) => told.push(message) } as unknown as LiveHub, {
    changes,
    clock: {
      now: () => 0,
      after: () => () => undefined,
      every: (_ms, run) => {
        round = run
        return () => undefined
      },
    },
    counts: () => ({ states: {} as never, heardLastMinute: 0 }),
    practiceCode: () => null,
    incident: (id) => ({ id }) as IncidentRow,
    isOfOneMachine: (id) => id !== FLEET_INCIDENT,
    ...sources,
  })
  return { changes, told, round: () => round(), end }
}

test('the first machine of a practice that nobody imported is told with it, or without it a round later', () => {
  const codes = new Map<number, string>()
  const { changes, told, round, end } = feed({ practiceCode: (site) => codes.get(site) ?? null })
  const comes = (uid: string, site: number) => {
    const machine = machineFromRow({ ...machineRow(site), uid, practice_id: site === 0 ? null : site })
    changes.emit('machine-changed', { machine, from: machine.state, at: 0 })
  }
  const machines = () =>
    told.splice(0).flatMap((m) => (m.type === 'machines' ? m.changed.map(({ id, practice }) => [id, practice]) : []))
  comes('a', 1)
  comes('b', 2)
  comes('nowhere', 0)
  round()
  expect(machines()).toEqual([['nowhere', null]])
  codes.set(1, 'A81001')
  round()
  expect(machines()).toEqual([
    ['a', 'A81001'],
    ['b', null],
  ])
  round()
  expect(machines()).toEqual([])
  end()
})

test('a flood of incidents is told over several rounds, the fleet’s own first', () => {
  const { changes, told, round, end } = feed({})
  for (let id = 0; id < MACHINE_INCIDENTS; id++) changes.emit('incident-changed', { incident: id, at: 0, change })
  changes.emit('incident-changed', { incident: FLEET_INCIDENT, at: 0, change })
  const ids = () => told.splice(0).flatMap((message) => (message.type === 'incident' ? [message.incident.id] : []))
  round()
  const first = ids()
  expect(first).toHaveLength(20)
  expect(first[0]).toBe(FLEET_INCIDENT)
  const all = new Set(first)
  for (let n = 0; n < 4; n++) {
    round()
    for (const id of ids()) all.add(id)
  }
  expect(all.size).toBe(MACHINE_INCIDENTS + 1)
  round()
  expect(ids()).toEqual([])
  end()
})
