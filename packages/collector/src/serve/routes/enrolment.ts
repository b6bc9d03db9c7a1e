import type { EnrolmentTokenRow } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import { SiteCode } from '@pumphandle/shared/wire'
import { notFound, Refusal } from '../../model/refusal.ts'
import { hashSecret, newSecret } from '../../model/secret.ts'
import { actorName } from '../../people/index.ts'
import { enrolmentTokens, insertEnrolmentToken, revokeEnrolmentToken } from '../../store/enrolment.ts'
import type { Row } from '../../store/index.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'

export function enrolmentRoutes({
  store,
  clock,
  enrolment,
}: ServeContext): Handlers<
  'enrolmentTokens' | 'enrolmentTokenAdd' | 'enrolmentTokenRevoke' | 'enrolmentTokenRevokeMachines'
> {
  return {
    enrolmentTokens: async () => ({ items: (await enrolmentTokens(store.reader)).map(enrolmentTokenRow) }),

    async enrolmentTokenAdd({ body, actor, note }) {
      const sites = body.site === null ? [] : body.site.split(',').map((code) => code.trim())
      const wrong = sites.find((code) => !SiteCode.safeParse(code).success)
      if (wrong !== undefined)
        throw new Refusal(
          'malformed',
          'Bad site',
          `"${wrong}" is no site code. Write one such as A81001, or several with commas.`,
        )
      if (sites.length === 0 && !body.anySite)
        throw new Refusal(
          'malformed',
          'No site',
          'Name the practices that machines may come into, or say anySite where they may come into any.',
        )
      const secret = newSecret()
      const now = clock.now()
      const row = await insertEnrolmentToken(store.db, {
        name: body.name,
        token_hash: hashSecret(secret),
        site: sites.length === 0 ? null : sites.join(','),
        created_at: now,
        created_by: actorName(actor),
        expires_at: now + body.days * DAY,
        max_uses: body.maxUses,
        for_reports: body.forReports ? 1 : 0,
      })
      note(
        body.name,
        `${body.days} days, ${body.maxUses ?? 'any number of'} machines, ${sites.join(', ') || 'any site'}${body.forReports ? ', for reports' : ''}`,
      )
      return { ...enrolmentTokenRow(row), secret }
    },

    async enrolmentTokenRevoke({ path, note }) {
      const id = idOf(path.id, 'enrolment token')
      if (!(await revokeEnrolmentToken(store.db, id))) throw notFound('enrolment token', id)
      note(`enrolment token ${id}`)
      return { ok: true }
    },

    async enrolmentTokenRevokeMachines({ path, note }) {
      const id = idOf(path.id, 'enrolment token')
      // the token first: what it lets in from now on would be missed
      if (!(await revokeEnrolmentToken(store.db, id))) throw notFound('enrolment token', id)
      const revoked = await enrolment.revoke({ token: id })
      note(`enrolment token ${id}`, `${revoked} machines`)
      return { revoked }
    },
  }
}

function enrolmentTokenRow(row: Row<'enrolment_token'>): EnrolmentTokenRow {
  return {
    id: row.id,
    name: row.name,
    site: row.site || null,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    maxUses: row.max_uses,
    uses: row.uses,
    revoked: row.revoked === 1,
    forReports: row.for_reports === 1,
  }
}
