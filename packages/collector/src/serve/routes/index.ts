import type { AuditLog } from '../http/audit-log.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import type { LiveHub, Pages } from '../live/hub.ts'
import { acknowledgeLinkRoutes } from './acknowledge-link.ts'
import { channelRoutes } from './channels.ts'
import { enrolmentRoutes } from './enrolment.ts'
import { exportRoutes } from './exports.ts'
import { incidentRoutes } from './incidents.ts'
import { liveRoutes } from './live.ts'
import { machineRoutes } from './machine.ts'
import { machineListRoutes } from './machines.ts'
import { maintenanceRoutes } from './maintenance.ts'
import { type OverviewSources, overviewRoutes } from './overview.ts'
import { personRoutes } from './persons.ts'
import { placeRoutes } from './places.ts'
import { retirementRoutes } from './retirement.ts'
import { rotaRoutes } from './rotas.ts'
import { runbookRoutes } from './runbooks.ts'
import { settingsRoutes } from './settings.ts'
import { tagRoutes } from './tags.ts'
import { versionRoutes } from './versions.ts'

/** What is of people and of what admins keep, not of places: the same for everybody. */
export function commonRoutes(context: ServeContext, pages: Pages, audit: AuditLog) {
  return {
    ...personRoutes(context, pages, audit),
    ...settingsRoutes(context, pages),
    ...channelRoutes(context),
    ...rotaRoutes(context),
    ...enrolmentRoutes(context),
    ...acknowledgeLinkRoutes(context),
  }
}

/** A handler for each route of the API. What is of machines and practices answers from the context's alone. */
export function allRoutes(
  common: ReturnType<typeof commonRoutes>,
  context: ServeContext,
  hub: LiveHub,
  sources: OverviewSources,
): Handlers {
  return {
    ...common,
    ...overviewRoutes(context, sources),
    ...machineListRoutes(context),
    ...machineRoutes(context),
    ...retirementRoutes(context),
    ...tagRoutes(context),
    ...exportRoutes(context, sources.states),
    ...incidentRoutes(context, sources.states),
    ...versionRoutes(context),
    ...placeRoutes(context, sources.states),
    ...runbookRoutes(context),
    ...maintenanceRoutes(context),
    ...liveRoutes(hub),
  }
}
