import type { ServeContext } from '../http/context.ts'
import { forecastRoutes } from './forecast.ts'
import { holdRoutes } from './hold.ts'
import { sensorRoutes } from './sensors.ts'
import { verdictRoutes } from './verdicts.ts'

/** Versions: who has them, what can be said of them, what they will do, and that they are to be held. */
export const versionRoutes = (context: ServeContext) => ({
  ...sensorRoutes(context),
  ...verdictRoutes(context),
  ...holdRoutes(context),
  ...forecastRoutes(context),
})
