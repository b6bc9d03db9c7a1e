import type { IncidentRow, LiveMessage } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { Changes } from '../../src/fleet/changes.ts'
import type { IncidentChange } from '../../src/incidents/index.ts'
import { feedLive } from '../../src/serve/live/feed.ts'
import type { LiveHub } from '../../src/serve/live/hub.ts'

const MACHINE_INCIDENTS = 60
const FLEET_INCIDENT = 1000
const change = { members: [] } as unknown as IncidentChange

test('a flood of incidents is told over several rounds, the fleet’s own first', () => {
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
  })
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
