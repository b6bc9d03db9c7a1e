import type { Identities } from '../enrol/identities.ts'
import type { Retirement } from '../enrol/retirement.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Session } from '../ingest/session.ts'
import { authenticateMachine, type ProofOptions } from './authenticate.ts'
import type { Core } from './core.ts'

/** The core of this very process. */
export interface LocalCore extends Core {
  /** A whole session: it can also be told that a gateway process ended. */
  connect(...args: Parameters<Core['connect']>): Session | undefined
}

/** @param retirement brings back a machine that was retired, and is there after all */
export function localCore(
  { proofs, identities }: { readonly proofs: ProofOptions; readonly identities: Pick<Identities, 'learn'> },
  ingest: Ingest,
  retirement: Pick<Retirement, 'bringBack'>,
): LocalCore {
  return {
    async authenticate(header) {
      const found = await authenticateMachine(proofs, ingest.clock.now(), header)
      if (found === undefined || found === 'nobody-known') return found
      const { facts, ...proven } = found
      const { uid } = proven
      if (!ingest.fleet.byUid(uid)) await retirement.bringBack({ uid })
      const machine = ingest.fleet.byUid(uid)
      if (!machine) return undefined
      identities.learn(machine.id, facts)
      return { ...proven, isKnown: machine.isEstablished }
    },
    connect: ({ uid, by }, hello, link) => ingest.connect(uid, hello, link, by),
  }
}
