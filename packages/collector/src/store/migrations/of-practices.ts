import { up as practicePages } from './0053-practice-pages.ts'
import { up as coverage } from './0054-coverage.ts'
import { up as maintenanceRepeats } from './0055-maintenance-repeats.ts'
import { up as savedQueries } from './0056-saved-queries.ts'
import { up as tags } from './0110-tags.ts'
import { up as serialNumbers } from './0111-serial-numbers.ts'
import { up as questionFollowers } from './0112-question-followers.ts'
import type { Migration } from './columns.ts'

/** What practices see and own, when they are worked on, and what people call them. */
export const OF_PRACTICES: Record<string, Migration> = {
  '0053-practice-pages': practicePages,
  '0054-coverage': coverage,
  '0055-maintenance-repeats': maintenanceRepeats,
  '0056-saved-queries': savedQueries,
  '0110-tags': tags,
  '0111-serial-numbers': serialNumbers,
  '0112-question-followers': questionFollowers,
}
