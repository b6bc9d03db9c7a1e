import type { IncidentPicture, IncidentSeries, RecoveryRow } from '@pumphandle/shared/api'
import { SECOND } from '@pumphandle/shared/time'
import { OUTCOME_WORDS, wasRight } from '@pumphandle/shared/words'
import { beginDownload, fileName } from '../../exports/download.ts'
import { postIncident } from '../../exports/post-incident.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import { actorName } from '../../people/index.ts'
import { searchFold } from '../../query/index.ts'
import { toldOf } from '../../store/notifications.ts'
import { KeptByKey } from '../fleet/kept.ts'
import type { PracticeStates } from '../fleet/practice-states.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'
import { type SortKeys, sortedPage } from '../http/sorted-page.ts'

/** For how long a chart of an incident is everybody's: it reads all its machines, and every open page asks for it. */
const CHART_MS = 5 * SECOND
/** Incidents whose charts are kept. */
const CHARTS = 20

type Reads =
  | 'incidentReport'
  | 'incidentReportMarkdown'
  | 'incidents'
  | 'incident'
  | 'incidentSeries'
  | 'incidentPicture'
  | 'recovery'
type Acts = 'feedback' | 'feedbackGive' | 'acknowledge' | 'note' | 'owner' | 'resolve' | 'reopen' | 'merge' | 'mark'

export function incidentRoutes(
  { clock, desk, feedback, fleet, index, store }: ServeContext,
  states: PracticeStates,
): Handlers<Reads | Acts> {
  const workingAt = (site: number) => states.workingAt(site)
  const series = new KeptByKey<IncidentSeries | null>(clock, CHART_MS, CHARTS, 1)
  const pictures = new KeptByKey<IncidentPicture | null>(clock, CHART_MS, CHARTS, 1)
  async function reportOf(text: string) {
    const detail = found(text, await desk.detail(id(text), workingAt))
    const { counts } = found(text, await desk.recovery(id(text), {}))
    const picture = found(text, await desk.picture(id(text)))
    const told = await toldOf(store.reader, detail.incident.id)
    return { title: detail.incident.title, markdown: postIncident({ detail, counts, picture, told, at: clock.now() }) }
  }
  /** By a part of a name, of a serial number, which is what a maker's code on a case says, or of the practice's. */
  async function finder(name: string): Promise<(machine: number, name: string) => boolean> {
    const text = searchFold(name)
    const hits = await index.search({ type: 'text', text, from: 0, to: 0 })
    const { machines } = index.columns
    return (machine, own) => {
      // one that was renamed a moment ago or retired since is not in the columns by that name
      if (searchFold(own).includes(text)) return true
      const at = machines.indexOf(machine)
      return at !== undefined && hits.has(at)
    }
  }
  return {
    async incidents({ query: { status, limit, cursor } }) {
      const page = await desk.list({ status, limit, ...optional('cursor', numberOf(cursor)) })
      return { ...page, items: page.items.map((incident) => states.weighed(incident)) }
    },
    async incident({ path }) {
      const detail = found(path.id, await desk.detail(id(path.id), workingAt))
      return { ...detail, incident: states.weighed(detail.incident) }
    },
    incidentSeries: async ({ path }) => found(path.id, await series.get(path.id, () => desk.series(id(path.id)))),
    incidentPicture: async ({ path }) => found(path.id, await pictures.get(path.id, () => desk.picture(id(path.id)))),
    recovery: async ({ path, query }) => {
      const wanted = {
        ...optional('cohort', query.cohort),
        ...optional('practice', query.practice),
        ...(query.name ? { isFound: await finder(query.name) } : {}),
      }
      const { rows, counts } = found(path.id, await desk.recovery(id(path.id), wanted))
      return { ...sortedPage(rows, byPlace, query), counts }
    },

    feedback: async () => feedback.summary(),
    feedbackGive: async ({ path, body, actor, note }) => {
      note(`incident ${path.id}`, body.was)
      return found(path.id, await feedback.give(id(path.id), body.was, body.reason, actorName(actor)))
    },

    acknowledge: async ({ path, actor }) => found(path.id, await desk.acknowledge(id(path.id), actorName(actor))),
    note: async ({ path, body, actor }) => found(path.id, await desk.note(id(path.id), actorName(actor), body.text)),
    owner: async ({ path, body, actor, note }) => {
      note(`incident ${path.id}`, body.owner ?? 'nobody')
      return found(path.id, await desk.owner(id(path.id), actorName(actor), body.owner, body.instead))
    },
    async resolve({ path, body: { what, text }, actor, note }) {
      const by = actorName(actor)
      if (what === undefined) return found(path.id, await desk.resolve(id(path.id), by, text))
      const words = `It was ${OUTCOME_WORDS[what]}${text === undefined ? '.' : `: ${text}`}`
      note(`incident ${path.id}`, words)
      const row = found(path.id, await desk.resolve(id(path.id), by, words))
      const right = wasRight(what)
      if (row.cause && right !== undefined) await feedback.give(row.id, right ? 'right' : 'wrong', text ?? words, by)
      return row
    },
    incidentReport: async ({ path }) => reportOf(path.id),
    async incidentReportMarkdown({ path, res }) {
      const { title, markdown } = await reportOf(path.id)
      beginDownload(res, 'text/markdown', fileName(`incident-${path.id}`, clock.now(), 'md'))
      res.end(`# ${title}\n\n${markdown}`)
    },
    reopen: async ({ path, body, actor }) =>
      found(path.id, await desk.reopen(id(path.id), actorName(actor), body.text)),
    merge: async ({ path, body, actor, note }) => {
      note(`incident ${path.id}`, `into ${body.into}`)
      const merged = await desk.merge(id(path.id), body.into, actorName(actor))
      if (merged) return merged
      throw new Refusal(
        'conflict',
        'Cannot merge',
        'Both incidents must exist, differ, and the one merged into must be open.',
      )
    },
    mark: async ({ path, body, actor, note }) => {
      const machine = fleet.byUid(path.machine)
      if (!machine) throw notFound('machine', path.machine)
      note(`incident ${path.id} ${path.machine}`, body.mark)
      const row = await desk.mark(id(path.id), machine.id, body.mark, actorName(actor), body.note ?? null)
      if (!row) throw new Refusal('unknown', 'Not in incident', `That machine is not in incident ${path.id}.`)
      return row
    },
  }
}

/** A technician goes from practice to practice. */
function byPlace({ practice, name, machine }: RecoveryRow): SortKeys {
  return [practice?.name ?? '', name, machine]
}

const id = (text: string): number => idOf(text, 'incident')

function found<T>(text: string, value: T | null): T {
  if (value === null) throw notFound('incident', text)
  return value
}

/** The desk's cursors are numbers. */
function numberOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return
  if (!/^\d{1,15}$/.test(cursor))
    throw new Refusal('malformed', 'Bad cursor', 'This cursor is not from this list. Start again without a cursor.')
  return Number(cursor)
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}
