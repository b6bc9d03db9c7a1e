import type { IncidentDetail, IncidentHistoryEntry, IncidentPicture, RecoveryPage } from '@pumphandle/shared/api'
import { arrivalSentence } from '@pumphandle/shared/pictures'
import { utcTime } from '@pumphandle/shared/time'
import { COHORTS, componentWords, count, counted, duration } from '@pumphandle/shared/words'
import { withoutPace } from '../incidents/sentence.ts'

/** Lines of the timeline: an incident that people talked about for days has some hundred. */
const MOST_LINES = 200
const MOST_PLACES = 15
/** What happens by the hundred, and is told as a number. */
const MANY: IncidentHistoryEntry['type'] = 'machine-marked'

export interface PostIncidentParts {
  readonly detail: IncidentDetail
  readonly counts: RecoveryPage['counts']
  readonly picture: IncidentPicture
  /** When the first message about it left, ms epoch, null: none has; and how many did. */
  readonly told: { readonly first: number | null; readonly messages: number }
  /** When it is written, ms epoch. */
  readonly at: number
}

/** A page about an incident for those who were not there, made from its record alone. Markdown. */
export function postIncident({ detail, counts, picture, told, at }: PostIncidentParts): string {
  const { incident, explanation, history, runbook, byRegion, byPractice } = detail
  const sorted = history.toSorted((a, b) => a.at - b.at || a.id - b.id)
  const resolved = sorted.findLast(({ type }) => type === 'resolved')
  const stopped = byPractice.filter(({ working }) => working === 'stopped').length
  const lines = sorted.filter(({ type }) => type !== MANY)
  const marks = sorted.length - lines.length
  return [
    `**Incident ${incident.id}**, written ${utcTime(at)} from its record. ${
      incident.resolvedAt === null ? 'It is not over yet.' : `It was over at ${utcTime(incident.resolvedAt)}.`
    }`,
    '## What happened',
    text(incident.sentence),
    resolved ? text(resolved.text) : '',
    '## How many',
    table(
      ['What', 'Number'],
      [
        ['Machines hit', count(counts.affected)],
        ['of them attended by a technician', count(counts.attended)],
        ['of them recovered', count(counts.recovered)],
        ['of them verified by a clean boot and 30 minutes up', count(counts.verified)],
        ['of them missing: never seen again', count(counts.missing)],
        [
          'Machines at risk: exposed and still well',
          count(incident.cohorts[COHORTS.find((c) => c === 'at-risk') ?? 'at-risk']),
        ],
        ['Practices hit', count(incident.practices)],
        ['of them unable to work now', count(stopped)],
      ],
    ),
    '## How long each stage took',
    table(['Stage', 'When', 'After the first failure'], stages(detail, sorted, told.first)),
    picture.arrivalToFailure ? arrivalSentence(picture.arrivalToFailure) : '',
    '## Why it was suspected',
    explanation
      ? `${explanation.judgedAt === undefined ? '' : `As it was counted at ${utcTime(explanation.judgedAt)}, when this was last judged: `}${text(withoutPace(explanation.sentence))}`
      : 'The detector named no version.',
    ...(explanation?.suspects ?? []).slice(0, 3).map((s, i) => `${i + 1}. ${text(componentWords(s.component))}`),
    '## What helped',
    runbook
      ? `The runbook *${text(runbook.title)}* was shown to those who worked on it.`
      : 'There was no runbook for it.',
    helped(counts),
    byRegion.length > 0 ? '## Where' : '',
    byRegion.length > 0
      ? table(
          ['Region', 'Practices', 'Affected', 'Recovered', 'Not seen again'],
          byRegion
            .slice(0, MOST_PLACES)
            .map((r) => [
              text(r.region),
              count(r.practices),
              count(r.cohorts.affected),
              count(r.cohorts.recovered),
              count(r.cohorts.missing),
            ]),
        )
      : '',
    '## Timeline',
    lines
      .slice(0, MOST_LINES)
      .map(
        (entry) =>
          `- ${utcTime(entry.at)}: ${text(entry.text)}${entry.actor === 'collector' ? '' : ` (${text(entry.actor)})`}`,
      )
      .join('\n'),
    lines.length > MOST_LINES ? `And ${count(lines.length - MOST_LINES)} more; the evidence pack has all.` : '',
    besides(marks, told.messages),
    '## What we learn from it',
    '_For those who were there to write: what went well, what did not, what will be changed, by whom, until when._',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function besides(marks: number, messages: number): string {
  const many = [
    marks > 0 ? counted(marks, 'mark') + ' by technicians' : '',
    messages > 0 ? counted(messages, 'message') : '',
  ]
  const said = many.filter((part) => part !== '')
  return said.length === 0 ? '' : `Besides, ${said.join(' and ')}.`
}

function stages(
  { incident }: IncidentDetail,
  history: readonly IncidentHistoryEntry[],
  told: number | null,
): string[][] {
  const start = incident.firstFailureAt
  const first = (type: IncidentHistoryEntry['type']) => history.find((entry) => entry.type === type)?.at
  const rows: [string, number | undefined][] = [
    ['First machine failed', start],
    ['Raised: Pumphandle named it', incident.openedAt],
    ['First message sent', told ?? undefined],
    ['Acknowledged: somebody took it', first('acknowledged')],
    ['Last machine failed', incident.lastFailureAt],
    ['Contained: no new failures for a while', first('contained')],
    ['Over', incident.resolvedAt ?? undefined],
  ]
  const none = incident.resolvedAt === null ? 'not yet' : 'not in the record'
  return rows.map(([what, at]) => [
    what,
    at === undefined ? none : utcTime(at),
    at === undefined ? '' : duration(at - start),
  ])
}

function helped({ affected, recovered, attended }: RecoveryPage['counts']): string {
  if (affected === 0) return ''
  if (recovered === 0) return `Of ${counted(affected, 'machine')} that failed, none has recovered yet.`
  const alone = Math.max(0, recovered - attended)
  if (attended === 0)
    return `Of ${counted(affected, 'machine')} that failed, ${count(recovered)} recovered, and no technician is known to have attended one.`
  return `Of ${counted(affected, 'machine')} that failed, ${count(recovered)} recovered: at most ${count(Math.min(recovered, attended))} after a technician had attended, at least ${count(alone)} by themselves.`
}

/** What machines and people wrote is text here, whatever signs are in it. */
function text(words: string): string {
  return words.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`)
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
