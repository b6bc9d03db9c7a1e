import type { MachineRow } from '@pumphandle/shared/api'
import { componentShort, componentWords } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Time } from '../../design/time.tsx'
import { COHORT, MACHINE } from '../../design/words.ts'
import type { Sort } from './rows.ts'

/** A column that a person can choose. */
export interface Column {
  readonly id: string
  readonly title: string
  readonly sort?: Sort['by']
  readonly cell: (row: MachineRow) => React.ReactNode
  /** Shown where nobody has chosen. */
  readonly byDefault: boolean
  /** Pixels where nobody has widened it, and its part of what room is left. */
  readonly width: number
  readonly grow: number
  /** What may never be cut: a version of which the last figure is missing is another one. */
  readonly whole?: (row: MachineRow) => string
}

const none = <span className="quiet">none</span>
const first = (components: MachineRow['sensors']): string => {
  const [main, ...others] = components
  if (!main) return '–'
  return others.length > 0 ? `${componentShort(main)} +${others.length}` : componentShort(main)
}
const sensor = (row: MachineRow) => first(row.sensors)
const content = (row: MachineRow) => first(row.contents)
const os = (row: MachineRow) => row.os?.version ?? '–'
const all = (components: MachineRow['sensors']) => components.map(componentWords).join(', ')

/** In the order of reading. */
export const COLUMNS: readonly Column[] = [
  {
    id: 'name',
    title: 'Machine',
    sort: 'name',
    byDefault: true,
    width: 112,
    grow: 0.8,
    cell: (row) => <Link href={to.machine(row.id)}>{row.name}</Link>,
    whole: (row) => row.name,
  },
  {
    id: 'state',
    title: 'State',
    sort: 'state',
    byDefault: true,
    width: 104,
    grow: 1,
    cell: (row) => (
      <span title={row.stateReason}>
        <Mark look={MACHINE[row.state]} />
        {row.cohort && <span className="quiet machine-cohort"> {COHORT[row.cohort].word.toLowerCase()}</span>}
      </span>
    ),
    // the shape stands before the words
    whole: ({ state, cohort }) => `[] ${MACHINE[state].word} ${cohort ? COHORT[cohort].word : ''}`,
  },
  {
    id: 'practice',
    title: 'Practice',
    sort: 'practice',
    byDefault: true,
    width: 124,
    grow: 1.6,
    cell: ({ practice }) =>
      practice ? (
        <Link href={to.practice(practice.code)} title={practice.name}>
          {practice.name}
        </Link>
      ) : (
        none
      ),
  },
  {
    id: 'network',
    title: 'Network',
    byDefault: false,
    width: 130,
    grow: 1,
    cell: (row) => row.practice?.pcn ?? '–',
  },
  {
    id: 'region',
    title: 'Region',
    byDefault: false,
    width: 130,
    grow: 1,
    cell: (row) => row.practice?.region ?? '–',
  },
  {
    id: 'sensor',
    title: 'Sensor',
    byDefault: true,
    width: 146,
    grow: 0.6,
    cell: (row) => <span title={all(row.sensors)}>{sensor(row)}</span>,
    whole: sensor,
  },
  {
    id: 'content',
    title: 'Content',
    byDefault: true,
    width: 146,
    grow: 0.6,
    cell: (row) => <span title={all(row.contents)}>{content(row)}</span>,
    whole: content,
  },
  { id: 'os', title: 'Windows', byDefault: true, width: 98, grow: 0.4, cell: os, whole: os },
  {
    id: 'crash',
    title: 'Last crash',
    sort: 'lastCrashAt',
    byDefault: true,
    width: 166,
    grow: 1.4,
    cell: (row) =>
      row.lastCrashAt === null ? (
        none
      ) : (
        <>
          <Time at={row.lastCrashAt} />{' '}
          <span className="quiet">
            {row.lastCrashStop} {row.lastCrashCulprit}
          </span>
        </>
      ),
  },
  {
    id: 'since',
    title: 'In this state',
    byDefault: false,
    width: 96,
    grow: 0.4,
    cell: (row) => <Time at={row.stateSince} as="ago" />,
  },
  {
    id: 'boot',
    title: 'Last boot',
    byDefault: false,
    width: 96,
    grow: 0.4,
    cell: (row) => (row.lastBootAt === null ? '–' : <Time at={row.lastBootAt} />),
  },
  {
    id: 'seen',
    title: 'Last seen',
    sort: 'lastSeen',
    byDefault: true,
    width: 88,
    grow: 0.4,
    cell: (row) => <Time at={row.lastSeen} as="ago" />,
  },
  {
    id: 'model',
    title: 'Model',
    sort: 'model',
    byDefault: false,
    width: 130,
    grow: 1,
    cell: (row) => <span title={row.model ?? undefined}>{row.model ?? '–'}</span>,
  },
  {
    id: 'tags',
    title: 'Tags',
    byDefault: false,
    width: 130,
    grow: 1,
    cell: (row) => <span title={row.tags.join(' ')}>{row.tags.join(' ') || '–'}</span>,
  },
]

/** What a telephone shows, in two lines: who and how it is, then where and since when. */
export const ON_A_TELEPHONE = ['name', 'state', 'practice', 'seen']
