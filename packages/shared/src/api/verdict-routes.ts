import { route } from './route.ts'
import * as verdicts from './verdicts.ts'

/** What can be said of each version. */
export const verdictRoutes = {
  verdicts: route({
    method: 'GET',
    path: '/verdicts',
    access: 'viewer',
    summary: 'Verdicts on versions that machines have, what needs a look first',
    query: verdicts.VerdictsQuery,
    response: verdicts.VerdictsPage,
    byPlace: true,
  }),
  verdict: route({
    method: 'GET',
    path: '/verdicts/{component}',
    access: 'viewer',
    summary: 'The verdict on one version, kind:name@version, and how it came about',
    query: verdicts.VerdictQuery,
    response: verdicts.VerdictDetail,
    byPlace: true,
  }),
  hold: route({
    method: 'POST',
    path: '/hold',
    access: 'technician',
    summary: 'Tell the organisation’s own automation, by signed webhooks, to hold a version or to let it go on',
    body: verdicts.HoldBody,
    response: verdicts.HoldTold,
  }),
} as const
