import type { Retirement } from '../enrol/retirement.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Session } from '../ingest/session.ts'
import type { Store } from '../store/index.ts'
import { authenticateMachine } from './authenticate.ts'
import type { Core } from './core.ts'

/** The core of this very process. */
export interface LocalCore extends Core {
  /** A whole session: it can also be told that a gateway process ended. */
  connect(...args: Parameters<Core['connect']>): Session | undefined
}

/** @param retirement brings back a machine that was retired, and is there after all */
export function localCore(store: Store, ingest: Ingest, retirement: Pick<Retirement, 'bringBack'>): LocalCore {
  return {
    async authenticate(header) {
      const uid = await authenticateMachine(store, ingest.clock.now(), header)
      if (uid !== undefined && !ingest.fleet.byUid(uid)) await retirement.bringBack({ uid })
      const machine = uid === undefined ? undefined : ingest.fleet.byUid(uid)
      return machine && { uid: machine.uid, isKnown: machine.isEstablished }
    },
    connect: (uid, hello, link) => ingest.connect(uid, hello, link),
  }
}
