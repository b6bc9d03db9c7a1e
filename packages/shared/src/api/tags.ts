import * as z from 'zod'
import { Count } from './common.ts'
import { route } from './route.ts'

/** Changes and machines that one call may name. */
const MOST_WORDS = 20
const Words = z.array(z.string().min(1).max(100)).max(MOST_WORDS).default([])

const TagRow = z
  .object({
    tag: z.string(),
    /** Machines for which it holds. */
    machines: Count,
    /** Practices that have it. */
    practices: Count,
  })
  .meta({ id: 'TagRow' })
export type TagRow = z.infer<typeof TagRow>

/** Which machines or practices, and what changes. */
const TagsBody = z.object({
  /** A query: every machine that it finds now. */
  q: z.string().max(2000).optional(),
  /** Machines by their ids. */
  ids: z.array(z.string().max(40)).min(1).max(10_000).optional(),
  /** Practices by their codes: for admins, since roles and channels go by practices' tags. */
  practices: z.array(z.string().max(40)).min(1).max(10_000).optional(),
  /** Takes the place of a tag with the same key. */
  add: Words,
  /** Tags, or keys of which any value goes. */
  remove: Words,
})

/** Tags of machines and practices. */
export const tagRoutes = {
  tags: route({
    method: 'GET',
    path: '/tags',
    access: 'viewer',
    summary: 'Tags in use, by how many machines',
    response: z.object({ items: z.array(TagRow) }),
    byPlace: true,
  }),
  tagsChange: route({
    method: 'POST',
    path: '/tags',
    access: 'technician',
    summary: 'Put tags on machines or practices, or take them off',
    body: TagsBody,
    response: z
      .object({
        machines: Count,
        practices: Count,
        /** What still goes by tags that nothing has any more since this change; for those who have the whole fleet. */
        stillAsked: z.array(z.string()),
      })
      .meta({ id: 'Tagged' }),
    byPlace: true,
  }),
} as const
