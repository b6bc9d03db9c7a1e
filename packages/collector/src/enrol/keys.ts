import type { Clock } from '@pumphandle/shared/clock'
import { DAY, HOUR } from '@pumphandle/shared/time'
import { type KeyClaim, keyStatement } from '@pumphandle/shared/wire'
import type { FleetMachine } from '../fleet/machine.ts'
import { hashSecret, newSecret } from '../model/secret.ts'
import { isSignedBy } from '../model/signature.ts'
import { COPIES_MAKER, countTokens, insertEnrolmentToken, NO_PRACTICE, replaceSecretByKey } from '../store/enrolment.ts'
import type { Store } from '../store/index.ts'
import { practiceById } from '../store/practices.ts'
import type { Identities } from './identities.ts'

/** A copy enrols anew within seconds. */
const COPY_TOKEN_MS = HOUR
/**
 * Copies that may enrol anew by themselves into one practice in a day: a room of computers of one image. Of all its machines
 * together, or each copy could have copies of its own.
 */
const COPIES_A_DAY = 50

/** How machines that are there already come to keys of their own. */
export class Keys {
  readonly #store: Store
  readonly #clock: Clock
  readonly #identities: Pick<Identities, 'note'>

  constructor(options: { store: Store; clock: Clock; identities: Pick<Identities, 'note'> }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#identities = options.identities
  }

  /**
   * A token by which one copy of a machine becomes a machine of its own, in the same practice.
   * @returns undefined where there were too many today: a person has to see to it
   */
  async tokenFor(machine: FleetMachine): Promise<string | undefined> {
    const now = this.#clock.now()
    const practice = machine.site === 0 ? undefined : await practiceById(this.#store.reader, machine.site)
    const site = practice?.code ?? NO_PRACTICE
    const made = await countTokens(this.#store.db, { createdBy: COPIES_MAKER, site, since: now - DAY })
    if (made >= COPIES_A_DAY) return undefined
    const secret = newSecret()
    await insertEnrolmentToken(this.#store.db, {
      name: `Copy of ${machine.name}`,
      token_hash: hashSecret(secret),
      site,
      created_at: now,
      created_by: COPIES_MAKER,
      expires_at: now + COPY_TOKEN_MS,
      max_uses: 1,
    })
    return secret
  }

  /**
   * A machine that proved itself by its secret tells its key: from now on that is its proof, and the secret is worth nothing.
   * @returns false where it is not its key, or it has one already
   */
  async take(machine: FleetMachine, claim: KeyClaim): Promise<boolean> {
    const { public: key, signature } = claim
    if (!isSignedBy(key, keyStatement(key, machine.uid), signature)) return false
    const taken = await this.#store.transaction((tx) => replaceSecretByKey(tx, machine.id, key))
    if (taken)
      this.#identities.note(machine.id, 'key', 'It proves itself by its key from now on; its secret is worth nothing.')
    return taken
  }
}
