import * as z from 'zod'
import * as common from './common.ts'
import * as machines from './machines.ts'
import { route } from './route.ts'

const ExportQuery = machines.MachinesQuery.pick({ q: true, sort: true, order: true }).extend({
  bom: z.enum(['0', '1']).default('0'),
})

/** Machines, found by queries. */
export const machineRoutes = {
  machines: route({
    method: 'GET',
    path: '/machines',
    access: 'viewer',
    summary: 'Machines that a query finds',
    query: machines.MachinesQuery,
    response: machines.MachinesPage,
  }),
  machinesCsv: route({
    method: 'GET',
    path: '/machines.csv',
    access: 'viewer',
    summary: 'The same as CSV',
    query: ExportQuery,
    media: 'text/csv',
  }),
  machinesNdjson: route({
    method: 'GET',
    path: '/machines.ndjson',
    access: 'viewer',
    summary: 'The same as one JSON object a line',
    query: ExportQuery,
    media: 'application/x-ndjson',
  }),
  assetRegister: route({
    method: 'GET',
    path: '/asset-register.csv',
    access: 'viewer',
    summary: 'Asset register for the Data Security and Protection Toolkit',
    query: ExportQuery.pick({ q: true, bom: true }),
    media: 'text/csv',
  }),
  machine: route({
    method: 'GET',
    path: '/machines/{id}',
    access: 'viewer',
    summary: 'One machine',
    response: machines.MachineDetail,
  }),
  machineRevoke: route({
    method: 'POST',
    path: '/machines/{id}/revoke',
    access: 'admin',
    summary: 'Let a machine in no more, and end its connection',
    body: z.object({}),
    response: machines.Revoked,
  }),
  machineReinstate: route({
    method: 'POST',
    path: '/machines/{id}/reinstate',
    access: 'admin',
    summary: 'Let a revoked machine enrol again, under the id that it had',
    body: z.object({}),
    response: common.Ok,
  }),
  machinesRetire: route({
    method: 'POST',
    path: '/machines/retire',
    access: 'technician',
    summary: 'Take machines out of the fleet that are re-imaged, replaced or scrapped; one that connects comes back',
    body: machines.RetireBody,
    response: machines.Retired,
  }),
  machinesReturn: route({
    method: 'POST',
    path: '/machines/return',
    access: 'technician',
    summary: 'Bring retired machines back',
    body: machines.RetiredIds,
    response: z.object({ returned: common.Count }),
  }),
  machinesMove: route({
    method: 'POST',
    path: '/machines/move',
    access: 'admin',
    summary: 'Move machines to another practice',
    body: machines.MoveBody,
    response: z.object({ moved: common.Count }),
  }),
  machinesDelete: route({
    method: 'POST',
    path: '/machines/delete',
    access: 'admin',
    summary: 'Delete retired machines with their history, for good',
    body: machines.RetiredIds,
    response: z.object({ deleted: common.Count }),
  }),
  retiredMachines: route({
    method: 'GET',
    path: '/retired-machines',
    access: 'viewer',
    summary: 'Machines that are out of the fleet, the latest first',
    response: z.object({ items: z.array(machines.RetiredMachine), total: common.Count }),
  }),
  timeline: route({
    method: 'GET',
    path: '/machines/{id}/timeline',
    access: 'viewer',
    summary: 'What happened on a machine, newest first',
    query: machines.TimelineQuery,
    response: machines.TimelinePage,
  }),
  machineCrashes: route({
    method: 'GET',
    path: '/machines/{id}/crashes',
    access: 'viewer',
    summary: 'Crashes of a machine, newest first',
    query: z.object(common.PageQuery),
    response: common.page(machines.CrashRow),
  }),
  explainQuery: route({
    method: 'GET',
    path: '/query/explain',
    access: 'viewer',
    summary: 'A query in words, or where it is wrong',
    query: z.object({ q: z.string().max(2000) }),
    response: machines.QueryExplained,
  }),
  suggestQuery: route({
    method: 'GET',
    path: '/query/suggest',
    access: 'viewer',
    summary: 'Names and values while typing',
    query: z.object({ q: z.string().max(2000), at: z.coerce.number().int().min(0).max(2000) }),
    response: machines.Suggestions,
  }),
} as const
