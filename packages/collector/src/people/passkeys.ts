import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import * as z from 'zod/mini'
import { Refusal } from '../model/refusal.ts'
import type { Store } from '../store/index.ts'
import { readJson } from '../store/read-json.ts'
import { insertSecondFactor, type SecondFactor, touchSecondFactor, useSecondFactor } from '../store/second-factors.ts'
import { checkRoom } from './second-factors.ts'

/** Somebody looks for their key. */
const ASKED_MS = 5 * MINUTE
/** People who are asked at once. */
const MOST_ASKED = 1_000

/** What is kept of a passkey: nothing of it is secret. */
const Stored = z.object({ id: z.string(), publicKey: z.string(), transports: z.array(z.string()) })

/** Loaded when the first person uses a passkey: it brings the certificates of every maker of keys. */
const webAuthn = () => import('@simplewebauthn/server')

type Asked = 'add' | 'use'

/** Passkeys as a second factor (Web Authentication level 2). */
export class Passkeys {
  readonly #store: Store
  readonly #clock: Pick<Clock, 'now'>
  readonly #challenges = new Map<string, { readonly challenge: string; readonly at: number }>()

  constructor(store: Store, clock: Pick<Clock, 'now'>) {
    this.#store = store
    this.#clock = clock
  }

  /** What a browser needs to make one. @param address of the collector, as the browser has it */
  async toAdd(address: string, user: { id: number; email: string; name: string }, factors: readonly SecondFactor[]) {
    const options = await (await webAuthn()).generateRegistrationOptions({
      rpName: 'Pumphandle',
      rpID: partyOf(address),
      userName: user.email,
      userDisplayName: user.name,
      userID: new TextEncoder().encode(`user-${user.id}`),
      attestationType: 'none',
      excludeCredentials: storedOf(factors).map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
    })
    this.#asked('add', user.id, options.challenge)
    return options
  }

  /** @throws Refusal where it does not prove itself */
  async add(address: string, user: number, name: string, response: unknown): Promise<void> {
    const { verified, registrationInfo } = await (await webAuthn())
      .verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge: this.#challenge('add', user),
        expectedOrigin: address,
        expectedRPID: partyOf(address),
        requireUserVerification: false,
      })
      .catch(() => ({ verified: false, registrationInfo: undefined }))
    if (!verified || !registrationInfo)
      throw new Refusal('malformed', 'Not a passkey', 'The browser did not make a passkey for this address. Try again.')
    await checkRoom(this.#store, user)
    const { credential } = registrationInfo
    const stored: z.infer<typeof Stored> = {
      id: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      transports: [...(credential.transports ?? [])],
    }
    await insertSecondFactor(this.#store.db, {
      user_id: user,
      kind: 'passkey',
      name,
      secret: JSON.stringify(stored),
      counter: credential.counter,
      created_at: this.#clock.now(),
      last_used_at: null,
    })
  }

  /** What a browser needs to use one; undefined where there is none, or none works at this address. */
  async toUse(address: string, user: number, factors: readonly SecondFactor[]) {
    const own = storedOf(factors)
    if (own.length === 0 || !isFit(address)) return undefined
    const options = await (await webAuthn()).generateAuthenticationOptions({
      rpID: partyOf(address),
      allowCredentials: own.map(({ id }) => ({ id })),
      userVerification: 'preferred',
    })
    this.#asked('use', user, options.challenge)
    return options
  }

  async isRight(address: string, user: number, factors: readonly SecondFactor[], response: unknown): Promise<boolean> {
    const { id } = (response ?? {}) as { id?: unknown }
    const known = storedOf(factors).find((one) => one.id === id)
    if (!known) return false
    const { factor, publicKey } = known
    const { verified, authenticationInfo } = await (await webAuthn())
      .verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge: this.#challenge('use', user),
        expectedOrigin: address,
        expectedRPID: partyOf(address),
        credential: {
          id: known.id,
          publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')),
          counter: factor.counter,
        },
        requireUserVerification: false,
      })
      .catch(() => ({ verified: false, authenticationInfo: undefined }))
    if (!verified || !authenticationInfo) return false
    const now = this.#clock.now()
    const { newCounter } = authenticationInfo
    // many count nothing: their challenge, which is used up, is what makes a repeat worthless
    if (newCounter > 0) return useSecondFactor(this.#store.db, factor.id, newCounter, now)
    await touchSecondFactor(this.#store.db, factor.id, now)
    return true
  }

  #asked(what: Asked, user: number, challenge: string): void {
    const key = `${what} ${user}`
    this.#challenges.delete(key)
    this.#challenges.set(key, { challenge, at: this.#clock.now() })
    if (this.#challenges.size > MOST_ASKED) this.#challenges.delete(this.#challenges.keys().next().value ?? '')
  }

  /** Used up by asking. @throws Refusal where nobody was asked */
  #challenge(what: Asked, user: number): string {
    const asked = this.#challenges.get(`${what} ${user}`)
    this.#challenges.delete(`${what} ${user}`)
    if (asked && this.#clock.now() - asked.at < ASKED_MS) return asked.challenge
    throw new Refusal('conflict', 'Too late', 'This took too long. Begin again.')
  }
}

/** Browsers make passkeys for names, not for numbers. */
export function isFit(address: string): boolean {
  const { hostname, protocol } = new URL(address)
  return (protocol === 'https:' || hostname === 'localhost') && !/^[\d.]+$|^\[/.test(hostname)
}

function partyOf(address: string): string {
  if (isFit(address)) return new URL(address).hostname
  throw new Refusal(
    'conflict',
    'No passkeys here',
    'Browsers make passkeys for a name with https, such as https://fleet.example, and not for an address in numbers. Use an authenticator app.',
  )
}

function storedOf(factors: readonly SecondFactor[]) {
  return factors.flatMap((factor) => {
    const stored =
      factor.kind === 'passkey' && readJson(Stored, factor.secret, { table: 'second_factor', id: factor.id })
    return stored ? [{ ...stored, factor }] : []
  })
}
