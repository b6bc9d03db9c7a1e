import type { Clock } from '@pumphandle/shared/clock'
import type { Identities } from '../enrol/identities.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { authenticateMachine, type ProofOptions } from '../gateway/authenticate.ts'
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
  readonly proofs: ProofOptions
  readonly identities: Pick<Identities, 'learn'>
}

/** What gateways ask, answered by an edge: it knows the machines that came to it, and asks the database of others. */
export function edgeCore({ store, clock, fleet, ingest, recorder, proofs, identities }: EdgeParts): LocalCore {
  return {
    async authenticate(header) {
      const now = clock.now()
      const proof = await authenticateMachine(proofs, now, header)
      if (proof === undefined || proof === 'nobody-known') return proof
      const found = await machineWithClock(store.reader, proof.uid)
      if (!found) return undefined
      const { facts, ...proven } = proof
      const machine = fleet.put(found.row, now)
      recorder.proved(machine.id, found.now)
      identities.learn(machine.id, facts)
      return { ...proven, isKnown: machine.isEstablished }
    },
    connect: ({ uid, by }, hello, link) => ingest.connect(uid, hello, link, by),
  }
}
