import type { PracticeStates } from '../fleet/practice-states.ts'
import type { ServeContext } from '../http/context.ts'
import { coverageRoutes } from './coverage.ts'
import { hereRoutes } from './here.ts'
import { practiceRoutes } from './practices.ts'
import { savedQueryRoutes } from './saved.ts'

/** Practices, and what they see of themselves. */
export const placeRoutes = (context: ServeContext, states: PracticeStates) => ({
  ...practiceRoutes(context, states),
  ...hereRoutes(context, states),
  ...coverageRoutes(context),
  ...savedQueryRoutes(context),
})
