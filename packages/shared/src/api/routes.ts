import { commonsRoutes } from './commons-routes.ts'
import { coverageRoutes } from './coverage-routes.ts'
import { fleetRoutes } from './fleet-routes.ts'
import { hereRoutes } from './here-routes.ts'
import { incidentRoutes } from './incident-routes.ts'
import { machineRoutes } from './machine-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { practiceRoutes } from './practice-routes.ts'
import { savedRoutes } from './saved.ts'
import { settingsRoutes } from './settings-routes.ts'
import { tagRoutes } from './tags.ts'
import { verdictRoutes } from './verdict-routes.ts'

/** Every route of the API by the name that the client calls it by. */
export const routes = {
  ...peopleRoutes,
  ...fleetRoutes,
  ...verdictRoutes,
  ...machineRoutes,
  ...incidentRoutes,
  ...practiceRoutes,
  ...hereRoutes,
  ...coverageRoutes,
  ...savedRoutes,
  ...tagRoutes,
  ...settingsRoutes,
  ...messageRoutes,
  ...commonsRoutes,
} as const
export type Routes = typeof routes
export type RouteName = keyof Routes
