import { secretMatches } from '../model/secret.ts'
import { secretHashesOf } from '../store/enrolment.ts'
import type { Store } from '../store/index.ts'

const BEARER = /^Bearer (?<uid>[0-9A-HJKMNP-TV-Z]{26})\.(?<secret>[\w-]{32,128})$/

/** The machine that an `Authorization: Bearer <machine>.<secret>` header proves, or undefined. */
export async function authenticateMachine(
  store: Store,
  now: number,
  header: string | undefined,
): Promise<string | undefined> {
  const { uid, secret } = BEARER.exec(header ?? '')?.groups ?? {}
  if (uid === undefined || secret === undefined) return undefined
  const hashes = await secretHashesOf(store.reader, uid, now)
  return hashes.some((hash) => secretMatches(secret, hash)) ? uid : undefined
}
