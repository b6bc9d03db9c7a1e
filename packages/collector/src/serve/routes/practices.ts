import { type IncidentRow, PracticeDetail, type PracticeTile } from '@pumphandle/shared/api'
import { keptTags, WORKING } from '@pumphandle/shared/words'
import { notFound } from '../../model/refusal.ts'
import { openingHoursOf, parseOpeningHours } from '../../practices/opening-hours.ts'
import { searchFold } from '../../query/index.ts'
import { changePractice, type PracticeEntry } from '../../store/practice-book.ts'
import { readJson } from '../../store/read-json.ts'
import type { PracticeStates } from '../fleet/practice-states.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { type SortKeys, sortedPage } from '../http/sorted-page.ts'

export function practiceRoutes(
  context: ServeContext,
  states: PracticeStates,
): Handlers<
  'practices' | 'practice' | 'practiceChange' | 'practiceVouch' | 'practiceRevokeMachines' | 'practicesImport'
> {
  const { book, store, incidents, clock, index } = context

  function practiceOf(code: string): PracticeEntry {
    const practice = book.byCode(code)
    if (!practice) throw notFound('practice', code.slice(0, 40))
    return practice
  }

  function detail(practice: PracticeEntry): PracticeDetail {
    const { incidents: ids, ...site } = states.of(practice)
    const rows = ids.flatMap((id): IncidentRow | [] => incidents.get(id)?.row(clock.now()) ?? [])
    return {
      practice: site.practice,
      status: practice.status,
      mergedInto: book.byId(practice.merged_into)?.code ?? null,
      address: practice.address,
      openingHours: openingHoursOf(practice),
      contacts: contactsOf(practice),
      verdict: site.verdict,
      machines: site.machines,
      states: site.states,
      incidents: rows,
      tags: keptTags(practice.tags),
      reachability: site.reachability,
    }
  }

  return {
    async practices({ query }) {
      const wanted = searchFold(query.q)
      const found = states
        .tiles()
        .filter((tile) => matches(tile, wanted))
        .filter((tile) => query.working === undefined || tile.verdict.working === query.working)
        .filter((tile) => query.region === undefined || tile.practice.region === query.region)
        .filter((tile) => query.incident === undefined || tile.incidents.includes(query.incident))
      return sortedPage(found, byUrgency, query)
    },

    practice: async ({ path }) => detail(practiceOf(path.code)),

    async practiceChange({ path, body }) {
      const practice = practiceOf(path.code)
      const { openingHours, contacts } = body
      if (openingHours !== undefined && openingHours !== null) parseOpeningHours(openingHours)
      const change = {
        ...(openingHours === undefined
          ? {}
          : { opening_hours: openingHours === null ? null : JSON.stringify(openingHours) }),
        ...(contacts === undefined ? {} : { contacts: JSON.stringify(contacts) }),
      }
      if (Object.keys(change).length > 0) {
        await changePractice(store.db, practice.id, change)
        await context.onPractice(practice.id)
      }
      return detail(practiceOf(path.code))
    },

    async practiceVouch({ path, note }) {
      const practice = practiceOf(path.code)
      const vouched = await context.enrolment.vouch(practice.id)
      await context.onPractice(practice.id)
      note(`${practice.name} (${practice.code})`, `${vouched} machines`)
      return { vouched }
    },

    async practiceRevokeMachines({ path, note }) {
      const practice = practiceOf(path.code)
      const revoked = await context.enrolment.revoke({ practice: practice.id })
      note(`${practice.name} (${practice.code})`, `${revoked} machines`)
      return { revoked }
    },

    async practicesImport({ req, query, note }) {
      const dryRun = query.dryRun === '1'
      const report = await context.importPractices(req.body as string, { dryRun, region: query.region })
      note(
        'practices',
        `${dryRun ? 'dry run of ' : ''}${report.rows} rows: ${report.added} new, ${report.changed} changed`,
      )
      if (!dryRun) await index.sync()
      return report
    },
  }
}

function contactsOf({ id, contacts }: PracticeEntry): PracticeDetail['contacts'] {
  if (contacts === null) return []
  return readJson(PracticeDetail.shape.contacts, contacts, { table: 'practice', id }) ?? []
}

function matches({ practice }: PracticeTile, wanted: string): boolean {
  if (wanted === '') return true
  return [practice.code, practice.name, practice.region, practice.pcn].some((text) =>
    searchFold(text ?? '').includes(wanted),
  )
}

/** Practices that need somebody come first, then by name. */
function byUrgency({ verdict, practice }: PracticeTile): SortKeys {
  return [WORKING.indexOf(verdict.working), practice.name, practice.code]
}
