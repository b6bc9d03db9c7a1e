import type { FactorRow } from '@pumphandle/shared/api'
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
}

/** One's own account: what proves a person beside the password. */
export function accountRoutes({ store, config }: ServeContext, { factors, passkeys, prove }: Means): Handlers<Names> {
  const factorsOf = (id: number) => secondFactorsOf(store.db, id)

  /** With the first factor come codes for the day that it is lost. */
  async function withCodes(user: number): Promise<{ recoveryCodes: string[] }> {
    const has = (await factorsOf(user)).some((factor) => factor.kind === 'recovery')
    return { recoveryCodes: has ? [] : await factors.newRecoveryCodes(user) }
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
      const { id, email } = personOf(actor)
      await prove(actor, body.password, req.ip)
      await factors.confirm(id, body.code)
      note(email, 'authenticator app')
      return withCodes(id)
    },

    async passkeyBegin({ actor, req, note }) {
      const person = personOf(actor)
      note(person.email)
      return passkeys.toAdd(publicAddress(config, req), person, await factorsOf(person.id))
    },

    async passkeyAdd({ actor, body, req, note }) {
      const { id, email } = personOf(actor)
      await prove(actor, body.password, req.ip)
      await passkeys.add(publicAddress(config, req), id, body.name, body.response)
      note(email, `passkey ${body.name}`)
      return withCodes(id)
    },

    async factorRemove({ actor, body, path, req, note }) {
      const { id, email } = personOf(actor)
      await prove(actor, body.password, req.ip)
      const factor = idOf(path.id, 'second factor')
      if (!(await factors.remove(id, factor))) throw notFound('second factor', factor)
      note(email, `second factor ${factor}`)
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
export function personOf(actor: Actor): Extract<Actor, { kind: 'user' }> {
  if (actor.kind === 'user') return actor
  throw new Refusal('not-allowed', 'Not a person', 'A token has no account. Sign in as the person whose it is.')
}

function factorRow({ id, kind, name, created_at, last_used_at }: SecondFactor): FactorRow {
  return { id, kind: kind === 'passkey' ? 'passkey' : 'totp', name, createdAt: created_at, lastUsedAt: last_used_at }
}
