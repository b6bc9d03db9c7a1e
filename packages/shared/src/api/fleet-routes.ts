import * as z from 'zod'
import * as common from './common.ts'
import * as fleet from './fleet.ts'
import { route } from './route.ts'

const items = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })

/** The fleet at a glance. */
export const fleetRoutes = {
  overview: route({
    method: 'GET',
    path: '/overview',
    access: 'viewer',
    summary: 'The fleet at a glance',
    response: fleet.Overview,
    byPlace: true,
  }),
  tiles: route({
    method: 'GET',
    path: '/overview/practices',
    access: 'viewer',
    summary: 'Every practice as a tile',
    response: fleet.PracticeTiles,
    byPlace: true,
  }),
  fleetSeries: route({
    method: 'GET',
    path: '/overview/series',
    access: 'viewer',
    summary: 'Crashes, dark machines and boots over time',
    query: z.object({ hours: z.coerce.number().int().min(1).max(168).default(24) }),
    response: fleet.FleetSeries,
    byPlace: true,
  }),
  trends: route({
    method: 'GET',
    path: '/trends',
    access: 'viewer',
    summary: 'Each day of the last years: machines, crashes, boots, incidents',
    query: z.object({ days: z.coerce.number().int().min(1).max(3650).default(365) }),
    response: z.object({ items: z.array(fleet.TrendDay) }),
    byPlace: true,
  }),
  changed: route({
    method: 'GET',
    path: '/changed',
    access: 'viewer',
    summary: 'What came onto machines in a span of time, a month at most, beside what failed',
    query: fleet.ChangedQuery,
    response: fleet.Changed,
    byPlace: true,
  }),
  sensors: route({
    method: 'GET',
    path: '/sensors',
    access: 'viewer',
    summary: 'Sensors, their versions and how they fare',
    response: fleet.Sensors,
    byPlace: true,
  }),
  adoption: route({
    method: 'GET',
    path: '/sensors/adoption',
    access: 'viewer',
    summary: 'Machines per version over time',
    query: fleet.AdoptionQuery,
    response: fleet.Adoption,
    byPlace: true,
  }),
  components: route({
    method: 'GET',
    path: '/components',
    access: 'viewer',
    summary: 'Component versions in the fleet',
    query: z.object({ kind: z.string().max(20).optional(), name: z.string().max(200).optional(), ...common.PageQuery }),
    response: items(common.ComponentRef.extend({ machines: common.Count, firstSeen: common.Time })),
    byPlace: true,
  }),
  health: route({
    method: 'GET',
    path: '/health',
    access: 'viewer',
    summary: "The collector's own health",
    response: fleet.CollectorHealth,
    byPlace: true,
  }),
  live: route({
    method: 'GET',
    path: '/live',
    access: 'viewer',
    summary: 'Changes as server-sent events; resumes with Last-Event-ID',
    media: 'text/event-stream',
    byPlace: true,
  }),
} as const
