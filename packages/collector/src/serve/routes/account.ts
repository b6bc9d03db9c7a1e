import type { FactorRow } from '@pumphandle/shared/api'
import { isAtLeast } from '@pumphandle/shared/words'
import { publicAddress } from '../../model/address.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import { type Actor, isFit, type Passkeys, type SecondFactors } from '../../people/index.ts'
import { type SecondFactor, secondFactorsOf } from '../../store/second-factors.ts'
import { userById } from '../../store/users.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'

type Names = 'account' | 'totpBegin' | 'totpConfirm' | 'passkeyBegin' | 'passkeyAdd' | 'factorRemove' | 'recoveryCodes'

interface Means {
  readonly factors: SecondFactors
  readonly passkeys: Passkeys
  /** @throws Refusal 403, and writes it down, where the password is not the person's */
  readonly prove: (actor: Actor, password: string, ip: string | undefined) => Promise<void>
  /** What proves the person is another now: whoever is signed in elsewhere has to prove themselves anew. */
  readonly onChange: (person: Person) => Promise<unknown>
}

export type Person = Extract<Actor, { kind: 'user' }>

/** One's own account: what proves a person beside the password. */
export function accountRoutes(
  { store, config, settings }: ServeContext,
  { factors, passkeys, prove, onChange }: Means,
): Handlers<Names> {
  const factorsOf = (id: number) => secondFactorsOf(store.db, id)

  /** With the first factor come codes for the day that it is lost. */
  async function added(person: Person): Promise<{ recoveryCodes: string[] }> {
    await onChange(person)
    const has = (await factorsOf(person.id)).some((factor) => factor.kind === 'recovery')
    return { recoveryCodes: has ? [] : await factors.newRecoveryCodes(person.id) }
  }

  /** @throws Refusal 409 where a second factor is demanded and this is the only one */
  async function checkNotLast({ id, role }: Person, factor: number): Promise<void> {
    const from = settings.current.secondFactorFrom
    if (from === 'nobody' || !isAtLeast(role, from)) return
    const others = (await factorsOf(id)).filter((one) => one.kind !== 'recovery' && one.id !== factor)
    if (others.length === 0)
      throw new Refusal(
        'conflict',
        'The only one',
        'A second factor is asked of you here. Add another before this one goes.',
      )
  }

  return {
    async account({ actor, req }) {
      if (actor.kind === 'token') return { hasPassword: false, factors: [], recoveryCodes: 0, passkeys: false }
      const { id } = actor
      const user = await userById(store.db, id)
      const own = await factorsOf(id)
      return {
        hasPassword: user?.password_hash != null,
        factors: own.filter((factor) => factor.kind !== 'recovery').map(factorRow),
        recoveryCodes: own.filter((factor) => factor.kind === 'recovery').length,
        passkeys: isFit(publicAddress(config, req)),
      }
    },

    async totpBegin({ actor, note }) {
      const { id, email } = personOf(actor)
      note(email)
      return factors.begin(id, email)
    },

    async totpConfirm({ actor, body, req, note }) {
      const person = personOf(actor)
      await prove(actor, body.password, req.ip)
      await factors.confirm(person.id, body.code)
      note(person.email, 'authenticator app')
      return added(person)
    },

    async passkeyBegin({ actor, req, note }) {
      const person = personOf(actor)
      note(person.email)
      return passkeys.toAdd(publicAddress(config, req), person, await factorsOf(person.id))
    },

    async passkeyAdd({ actor, body, req, note }) {
      const person = personOf(actor)
      await prove(actor, body.password, req.ip)
      await passkeys.add(publicAddress(config, req), person.id, body.name, body.response)
      note(person.email, `passkey ${body.name}`)
      return added(person)
    },

    async factorRemove({ actor, body, path, req, note }) {
      const person = personOf(actor)
      await prove(actor, body.password, req.ip)
      const factor = idOf(path.id, 'second factor')
      await checkNotLast(person, factor)
      if (!(await factors.remove(person.id, factor))) throw notFound('second factor', factor)
      await onChange(person)
      note(person.email, `second factor ${factor}`)
      return { ok: true }
    },

    async recoveryCodes({ actor, body, req, note }) {
      const { id, email } = personOf(actor)
      await prove(actor, body.password, req.ip)
      if ((await factorsOf(id)).every((factor) => factor.kind === 'recovery'))
        throw new Refusal('conflict', 'No second factor', 'Recovery codes stand for a second factor. Set one up first.')
      note(email)
      return { recoveryCodes: await factors.newRecoveryCodes(id) }
    },
  }
}

/** @throws Refusal 403 for a program */
export function personOf(actor: Actor): Person {
  if (actor.kind === 'user') return actor
  throw new Refusal('not-allowed', 'Not a person', 'A token has no account. Sign in as the person whose it is.')
}

function factorRow({ id, kind, name, created_at, last_used_at }: SecondFactor): FactorRow {
  return { id, kind: kind === 'passkey' ? 'passkey' : 'totp', name, createdAt: created_at, lastUsedAt: last_used_at }
}
