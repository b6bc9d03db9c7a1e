import * as z from 'zod'
import { Count, Time } from './common.ts'
import { route } from './route.ts'

/** A question with a name, for everybody who has the whole fleet. */
const SavedQuery = z
  .object({
    id: z.int(),
    name: z.string(),
    q: z.string(),
    /** Shown on everybody's overview. */
    pinned: z.boolean(),
    /** Every channel is told when machines are found where there were none. */
    told: z.boolean(),
    /** People who have some places see it too, with their own machines alone. */
    forPlaces: z.boolean(),
    /** You are told by email. */
    followed: z.boolean(),
    createdBy: z.string(),
    createdAt: Time,
    /** Machines that it finds now; null where it is not understood any more. */
    machines: Count.nullable(),
  })
  .meta({ id: 'SavedQuery' })
export type SavedQuery = z.infer<typeof SavedQuery>

/** Questions that are kept. */
export const savedRoutes = {
  savedQueries: route({
    method: 'GET',
    path: '/saved-queries',
    access: 'viewer',
    summary: 'Questions that somebody saved, each with how many machines it finds now',
    response: z.object({ items: z.array(SavedQuery) }),
    byPlace: true,
  }),
  savedQueryAdd: route({
    method: 'POST',
    path: '/saved-queries',
    access: 'technician',
    summary: 'Save a question for everybody',
    body: z.object({
      name: z.string().trim().min(1).max(100),
      q: z.string().max(2000),
      pinned: z.boolean().default(false),
      told: z.boolean().default(false),
      forPlaces: z.boolean().default(false),
    }),
    response: SavedQuery,
  }),
  savedQueryFollow: route({
    method: 'PUT',
    path: '/saved-queries/{id}/follow',
    access: 'viewer',
    summary: 'Be told by email when it finds machines where it found none, or no longer',
    body: z.object({ follow: z.boolean() }),
    response: SavedQuery,
    own: true,
  }),
  savedQueryDelete: route({
    method: 'DELETE',
    path: '/saved-queries/{id}',
    access: 'technician',
    summary: 'Forget a question',
    response: z.object({ ok: z.literal(true) }),
  }),
} as const
