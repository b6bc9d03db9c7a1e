import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../config/index.ts'
import { Identities, type IdentitiesOptions, isThere } from '../enrol/identities.ts'
import { Keys } from '../enrol/keys.ts'
import type { ProofOptions } from '../gateway/authenticate.ts'
import { Nonces } from '../gateway/nonces.ts'
import type { IngestOptions } from '../ingest/ingest.ts'
import type { Logger } from '../log/logger.ts'
import { newSecret } from '../model/secret.ts'
import { useNonces } from '../store/cluster/nonces.ts'
import type { Store } from '../store/index.ts'
import { keepKey } from '../store/own-keys.ts'

/** Who machines are, and how they prove it. */
export interface Identity {
  /** Which computers are behind each machine's key. */
  readonly identities: Identities
  /** What machines sign whose TLS does not end here. */
  readonly nonces: Nonces
  readonly proofs: ProofOptions
  /** What ingest asks. */
  readonly ofMachines: IngestOptions['identities']
}

export function openIdentity(
  given: { readonly config: Config; readonly store: Store; readonly clock: Clock; readonly log: Logger },
  /** An edge: other processes have connections of the same machines. */
  { isShared }: Pick<IdentitiesOptions, 'isShared'>,
): Identity {
  const { config, store, clock, log } = given
  const failed = (error: unknown): void =>
    log.error({ err: error }, 'what was noticed of a machine’s computers could not be stored')
  const identities = new Identities({
    store,
    clock,
    isShared,
    // before it was heard in this run, nobody remembers its goodbye; an edge hears a part of them alone
    isThere: (machine) => (isShared || machine.heardThisRun) && isThere(machine, clock.now()),
    failed,
  })
  const keys = new Keys({ store, clock, identities })
  // edges of a cluster have one, since a machine may come to another than the one that it asked; it opens nothing: what it
  // makes is worth something only with a machine's own signature over it
  const own = newSecret()
  const nonces = new Nonces(
    isShared
      ? {
          key: () => keepKey(store.db, 'nonceKey', own, clock.now()),
          useUp: (used) => store.alone((db) => useNonces(db, used, clock.now())),
        }
      : { key: () => Promise.resolve(own) },
  )
  const { secretsUntil, boundLinesOnly } = config
  return {
    identities,
    nonces,
    proofs: { store, nonces, secretsUntil, boundLinesOnly },
    ofMachines: {
      isCopy: (machine, hello) => identities.isCopy(machine, hello),
      tokenFor: (machine) => keys.tokenFor(machine),
      takeKey: (machine, key) => keys.take(machine, key),
    },
  }
}
