import * as z from 'zod'
import * as fleet from './fleet.ts'
import { Revoked, Vouched } from './machines.ts'
import { route } from './route.ts'

const ImportQuery = z.object({
  /** 1: says what would change, and changes nothing. */
  dryRun: z.enum(['0', '1']).default('0'),
  /** What of an ODS file is the region: column 15, or the integrated care board in column 4. */
  region: z.enum(['commissioner', 'icb']).default('commissioner'),
})

/** Practices. */
export const practiceRoutes = {
  practices: route({
    method: 'GET',
    path: '/practices',
    access: 'viewer',
    summary: 'Practices',
    query: fleet.PracticesQuery,
    response: fleet.PracticesPage,
    byPlace: true,
  }),
  practice: route({
    method: 'GET',
    path: '/practices/{code}',
    access: 'viewer',
    summary: 'One practice',
    response: fleet.PracticeDetail,
    audited: 'opened',
    byPlace: true,
  }),
  practiceChange: route({
    method: 'PATCH',
    path: '/practices/{code}',
    access: 'admin',
    summary: 'Opening hours and contacts',
    body: fleet.PracticeBody,
    response: fleet.PracticeDetail,
    byPlace: true,
  }),
  practiceVouch: route({
    method: 'POST',
    path: '/practices/{code}/vouch',
    access: 'admin',
    summary: 'Answer for the machines that a practice has now: they count in the detector without probation',
    body: z.object({}),
    response: Vouched,
    byPlace: true,
  }),
  practiceRevokeMachines: route({
    method: 'POST',
    path: '/practices/{code}/revoke-machines',
    access: 'admin',
    summary: 'Revoke every machine of a practice',
    body: z.object({}),
    response: Revoked,
    byPlace: true,
  }),
  practicesImport: route({
    method: 'POST',
    path: '/practices/import',
    access: 'admin',
    summary: 'Import an ODS file or CSV (body: text/csv)',
    query: ImportQuery,
    file: 'text/csv',
    response: fleet.PracticesImport,
  }),
} as const
