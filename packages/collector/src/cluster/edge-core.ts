import type { Clock } from '@pumphandle/shared/clock'
import type { Fleet } from '../fleet/fleet.ts'
import { authenticateMachine } from '../gateway/authenticate.ts'
import type { LocalCore } from '../gateway/local-core.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { machineWithClock } from '../store/cluster/edges.ts'
import type { Store } from '../store/index.ts'
import type { Recorder } from './recorder.ts'

interface EdgeParts {
  readonly store: Store
  readonly clock: Clock
  readonly fleet: Fleet
  readonly ingest: Ingest
  readonly recorder: Recorder
}

/** What gateways ask, answered by an edge: it knows the machines that came to it, and asks the database of others. */
export function edgeCore({ store, clock, fleet, ingest, recorder }: EdgeParts): LocalCore {
  return {
    async authenticate(header) {
      const now = clock.now()
      const uid = await authenticateMachine(store, now, header)
      const found = uid === undefined ? undefined : await machineWithClock(store.reader, uid)
      if (!found) return undefined
      const machine = fleet.put(found.row, now)
      recorder.proved(machine.id, found.now)
      return { uid: machine.uid, isKnown: machine.isEstablished }
    },
    connect: (uid, hello, link) => ingest.connect(uid, hello, link),
  }
}
