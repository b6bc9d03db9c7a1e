import type { Here, PracticeReport } from '@pumphandle/shared/api'
import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import { stopCodeOf } from '@pumphandle/shared/stop-codes'
import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import { illOf } from '@pumphandle/shared/words'
import { shippedRunbooks, staffWords } from '../../incidents/index.ts'
import { practiceOfToken, practiceToken } from '../../model/practice-link.ts'
import { notFound, Refusal, tooOften } from '../../model/refusal.ts'
import { stopText } from '../../model/stop-code.ts'
import { actorName } from '../../people/index.ts'
import type { PracticeEntry } from '../../store/practice-book.ts'
import { insertReport, practiceCard, putPracticeCard, reportsOf } from '../../store/practice-pages.ts'
import { listRunbooks } from '../../store/runbooks.ts'
import type { Row } from '../../store/tables.ts'
import { isUnsettled } from '../../verdicts/practice.ts'
import type { PracticeStates } from '../fleet/practice-states.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'

/** Reports that one practice may make in an hour: it has a dozen PCs, and one voice. */
const REPORTS_PER_HOUR = 20
/** What one practice's cards may ask for in a minute: its PCs, each of which has the page open, and it looks twice a minute. */
const ASKED_PER_MINUTE = 240
/** Reports of one practice, the same ones too: each is written down. */
const SAID = { burst: 60, perSecond: 60 / 3600 }
/** What the code on a blue screen says, whatever stopped it: the address of Microsoft's help. */
const HELP_ADDRESS = /\bwindows\.com\/stopcode\b/i
/** The same PC said again within this time is the same report. */
const SAME_MS = 30 * MINUTE
const SHOWN_MS = 12 * HOUR
const WEEK_MS = 7 * DAY
/** More PCs than a practice has. */
const MAX_MACHINES = 200
const MAX_REPORTS = 100
/** Runbooks that speak to a practice's staff. Admins change them as all others. */
const STAFF_RUNBOOK = 'staff'
const PAPER_RUNBOOK = 'staff-paper'

export function hereRoutes(
  context: ServeContext,
  states: PracticeStates,
): Handlers<'here' | 'hereReport' | 'practiceCard' | 'practiceCardRenew' | 'practiceReports'> {
  const { store, clock, book, fleet, incidents } = context
  const shipped = shippedRunbooks()
  const asked = new RateByKey(perMinute(ASKED_PER_MINUTE))
  const said = new RateByKey(SAID)

  async function practiceOf(token: string): Promise<PracticeEntry> {
    const card = practiceOfToken(await context.linkKey(), token)
    const practice = card && book.byId(card.practice)
    if (!practice || card.serial !== (await serialOf(practice)))
      throw new Refusal('gone', 'Card no longer valid', 'A newer card has been printed. Ask your IT team for it.')
    return practice
  }

  /** A card hangs where anybody may photograph it. @throws Refusal 429 */
  function bound(practice: PracticeEntry, rate: RateByKey): void {
    if (rate.take(String(practice.id), clock.now())) return
    throw tooOften('Too often', 'This page was asked for very often from your practice. Wait a minute.', 60)
  }

  const serialOf = async ({ id }: PracticeEntry) => (await practiceCard(store.reader, id))?.serial ?? 1

  function practiceByCode(code: string): PracticeEntry {
    const practice = book.byCode(code)
    if (!practice) throw notFound('practice', code.slice(0, 40))
    return practice
  }

  async function cardOf(practice: PracticeEntry) {
    const card = await practiceCard(store.db, practice.id)
    const serial = card?.serial ?? 1
    const token = practiceToken(await context.linkKey(), practice.id, serial)
    return { path: `/here#${token}`, serial, madeAt: card?.made_at ?? null, madeBy: card?.made_by ?? null }
  }

  const machinesOf = ({ id }: PracticeEntry) => [...fleet.machinesAt(id)]

  async function page(practice: PracticeEntry): Promise<Here> {
    const now = clock.now()
    const { verdict, incidents: ids } = states.of(practice)
    const runbooks = [...(await listRunbooks(store.reader)), ...shipped]
    const advice = (id: string) => {
      const { title = '', markdown = '' } = runbooks.find((runbook) => runbook.id === id) ?? {}
      return { title, markdown }
    }
    return {
      at: now,
      code: practice.code,
      name: practice.name,
      verdict,
      machines: machinesOf(practice)
        .slice(0, MAX_MACHINES)
        .map((m) => ({ id: m.uid, name: m.name, state: m.state, unsettled: isUnsettled(m, now) }))
        .toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
      doing: ids.flatMap((id) => {
        const incident = incidents.get(id)
        // where all are well again it is over, whatever becomes of others
        const here = incident?.tally.bySite.get(practice.id)
        if (!incident || !here || illOf(here) === 0) return []
        const row = incident.row(now)
        return [{ title: staffWords(row), since: row.openedAt, taken: row.status !== 'open' }]
      }),
      todo: advice(STAFF_RUNBOOK),
      paper: advice(PAPER_RUNBOOK),
      reports: (await reportsOf(store.db, practice.id, now - SHOWN_MS, MAX_REPORTS)).map(toReport),
    }
  }

  function toReport(row: Row<'practice_report'>): PracticeReport {
    return {
      at: row.at,
      machine: row.machine_id === null ? null : (fleet.byId(row.machine_id)?.uid ?? null),
      which: row.which,
      screen: row.screen as PracticeReport['screen'],
      stopCode: row.stop_code,
    }
  }

  return {
    async here({ body }) {
      const practice = await practiceOf(body.token)
      bound(practice, asked)
      return page(practice)
    },

    async hereReport({ body, note }) {
      const practice = await practiceOf(body.token)
      bound(practice, said)
      const now = clock.now()
      const machine = body.machine === null ? undefined : fleet.byUid(body.machine)
      if (body.machine !== null && machine?.site !== practice.id)
        throw new Refusal(
          'malformed',
          'Unknown PC',
          'This PC is not one of your practice. Choose "Another PC" and write which.',
        )
      const which = machine?.name ?? body.which
      if (which === '') throw new Refusal('malformed', 'Which PC?', 'Choose a PC, or write where it stands.')
      note(`practice ${practice.code}`, `${which}: ${body.screen}`)
      const lately = await reportsOf(store.db, practice.id, now - HOUR, REPORTS_PER_HOUR)
      const isSame = (r: Row<'practice_report'>) =>
        r.which === which && r.machine_id === (machine?.id ?? null) && r.at > now - SAME_MS
      if (lately.some(isSame)) return page(practice)
      if (lately.length >= REPORTS_PER_HOUR)
        throw tooOften(
          'Enough reports',
          'Your IT team has many reports from you already. They count as one.',
          HOUR / 1000,
        )
      const stop = stopCodeOf(body.stopCode)
      await insertReport(store.db, {
        practice_id: practice.id,
        at: now,
        machine_id: machine?.id ?? null,
        which,
        screen: body.screen,
        stop_code:
          stop === undefined ? (HELP_ADDRESS.test(body.stopCode) ? null : body.stopCode || null) : stopText(stop),
      })
      if (machine && body.screen !== 'other') context.onReported(machine.id, now)
      return page(practice)
    },

    practiceCard: ({ path }) => cardOf(practiceByCode(path.code)),

    async practiceCardRenew({ path, actor, note }) {
      const practice = practiceByCode(path.code)
      await putPracticeCard(store.db, {
        practice_id: practice.id,
        serial: (await cardOf(practice)).serial + 1,
        made_at: clock.now(),
        made_by: actorName(actor),
      })
      note(`${practice.name} (${practice.code})`, 'earlier cards open nothing now')
      return cardOf(practice)
    },

    async practiceReports({ path }) {
      const { id } = practiceByCode(path.code)
      const rows = await reportsOf(store.reader, id, clock.now() - WEEK_MS, MAX_REPORTS)
      return { items: rows.map(toReport) }
    },
  }
}
