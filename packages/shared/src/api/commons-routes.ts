import * as commons from './commons.ts'
import { route } from './route.ts'

/** What organisations tell each other. */
export const commonsRoutes = {
  commons: route({
    method: 'GET',
    path: '/commons',
    access: 'viewer',
    summary: 'What other organisations see of the versions here, and their warnings',
    response: commons.Commons,
  }),
  commonsReport: route({
    method: 'GET',
    path: '/commons/report',
    access: 'viewer',
    summary: 'Exactly what this collector sent to the commons last',
    response: commons.CommonsReport,
  }),
} as const
