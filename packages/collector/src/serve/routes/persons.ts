import { Oidc } from '../../people/index.ts'
import type { AuditLog } from '../http/audit-log.ts'
import type { ServeContext } from '../http/context.ts'
import type { Pages } from '../live/hub.ts'
import { auditRoutes } from './audit.ts'
import { organisationRoutes } from './organisation.ts'
import { peopleRoutes } from './people.ts'
import { preferenceRoutes } from './preferences.ts'
import { sessionRoutes } from './session.ts'

/** Who signs in, by which way, who else may, and who did what. */
export function personRoutes(context: ServeContext, pages: Pages, audit: AuditLog) {
  const { clock, config } = context
  const { oidc: provider, publicUrl } = config
  const oidc =
    provider && publicUrl !== undefined ? new Oidc({ config: provider, address: publicUrl, clock }) : undefined
  return {
    ...sessionRoutes(context, pages, audit, oidc),
    ...organisationRoutes(context, oidc, pages, audit),
    ...preferenceRoutes(context),
    ...peopleRoutes(context, pages),
    ...auditRoutes(context),
  }
}
