import type { Ingest } from '../ingest/ingest.ts'
import type { Store } from '../store/index.ts'
import { authenticateMachine } from './authenticate.ts'
import type { Core } from './core.ts'

/** The core of this very process. */
export function localCore(store: Store, ingest: Ingest): Core {
  return {
    authenticate: (header) => authenticateMachine(store, ingest.clock.now(), header),
    connect: (uid, hello, link) => ingest.connect(uid, hello, link),
  }
}
