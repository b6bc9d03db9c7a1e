import * as z from 'zod'
import * as here from './here.ts'
import { route } from './route.ts'

/** The practice's own page, for its staff, who have no account; and its card, for admins. */
export const hereRoutes = {
  here: route({
    method: 'POST',
    path: '/here',
    access: 'public',
    summary: 'A practice’s own page, by the link of its card',
    body: here.HereBody,
    response: here.Here,
    // strangers may guess at links; and it is read every minute, which is no line for the audit log
    signsIn: true,
    own: true,
  }),
  hereReport: route({
    method: 'POST',
    path: '/here/reports',
    access: 'public',
    summary: 'Somebody at the practice says what one of its PCs shows: weak evidence, one voice a practice',
    body: here.HereReportBody,
    response: here.Here,
    signsIn: true,
  }),
  practiceCard: route({
    method: 'GET',
    path: '/practices/{code}/card',
    access: 'admin',
    summary: 'The secret link of a practice’s own page',
    response: here.PracticeCard,
    byPlace: true,
  }),
  practiceCardRenew: route({
    method: 'POST',
    path: '/practices/{code}/card',
    access: 'admin',
    summary: 'A new link of a practice’s own page; those printed before open nothing',
    body: z.object({}),
    response: here.PracticeCard,
    showsSecret: true,
    byPlace: true,
  }),
  practiceReports: route({
    method: 'GET',
    path: '/practices/{code}/reports',
    access: 'viewer',
    summary: 'What staff of a practice said of its machines in the last week, newest first',
    response: z.object({ items: z.array(here.PracticeReport) }),
    byPlace: true,
  }),
} as const
