import type { VerdictDetail, VersionComparison, VersionVerdict } from '@pumphandle/shared/api'
import { componentWords, count, counted, versionShort } from '@pumphandle/shared/words'
import { Link, Redirect, useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Facts } from '../../design/facts.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Panel } from '../../design/panel.tsx'
import { RatioBar } from '../../design/ratio-bar.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { FAILURE, VERDICT } from '../../design/words.ts'
import { AdoptionChart } from '../sensors/adoption-chart.tsx'
import { Elsewhere } from './elsewhere.tsx'
import './version.css'

/** One version: what can be said of it, on what grounds, and what would be needed to say more. */
export default function VersionPage() {
  const [params] = useSearchParams()
  const key = params.get('key') ?? ''
  const answer = useAnswer('verdict', { path: { component: key } }, { enabled: key !== '', keep: true })
  const { data, error } = answer
  usePageTitle(data ? componentWords(data.verdict.component) : 'Version')
  // an address that somebody cut short
  if (key === '') return <Redirect to={to.sensors()} replace />
  if (!data)
    return (
      <>
        <h1>Version</h1>
        {error && <Elsewhere version={key} />}
        <Awaited of={answer} lines={8} height={400} />
      </>
    )
  return <Version detail={data} />
}

function Version({ detail: { verdict, changes } }: { detail: VerdictDetail }) {
  const { component, word, wordSince, sentence, needed, incident } = verdict
  const others = useAnswer('verdicts', { query: { kind: kindOf(component.kind), name: component.name } })
  return (
    <>
      <div className="page-head">
        <h1>{componentWords(component)}</h1>
        <p>
          <Link className="button no-print" href={to.hold(component.key)}>
            Hold it
          </Link>{' '}
          <Mark look={VERDICT[word]} soft />{' '}
          <span className="quiet">
            since <Time at={wordSince} />
          </span>
        </p>
      </div>
      <div className="stack">
        <Panel title="What is known" className="version-known">
          <p className="version-sentence">{sentence}</p>
          {incident !== null && (
            <p>
              <Link href={to.incident(incident)}>Incident {incident}, with its evidence</Link>
            </p>
          )}
          {needed && <p>{needed}</p>}
          <Grounds verdict={verdict} />
          <p className="quiet small">
            Each range is right 95% of the time, however often you look. To have a script wait for a verdict:{' '}
            <code>pumphandle verdict {component.key} --at-most 1/1000h --wait 4h</code>.
          </p>
        </Panel>
        <Elsewhere version={component.key} />
        {verdict.compared.length > 0 && <Compared verdict={verdict} />}
        {isDrawn(component.kind) && (
          <Panel title="Who has it">
            <AdoptionChart of={{ kind: component.kind, name: component.name }} firstSeen={[verdict.since]} />
          </Panel>
        )}
        {!others.data && others.error && (
          <Panel title="Other versions in use">
            <Awaited of={others} />
          </Panel>
        )}
        {(others.data?.items.length ?? 0) > 1 && (
          <Panel title="Other versions in use">
            <Table
              label="Other versions"
              columns={OTHERS}
              items={(others.data?.items ?? []).filter((v) => v.component.key !== component.key)}
              keyOf={(v) => v.component.key}
            />
          </Panel>
        )}
        {changes.length > 0 && (
          <Panel title="How the verdict came about">
            <Table label="Changes of the verdict" columns={CHANGES} items={changes} keyOf={(c) => c.id} />
          </Panel>
        )}
      </div>
    </>
  )
}

function Grounds({ verdict: v }: { verdict: VersionVerdict }) {
  const machines = <Link href={to.having(v.component)}>{count(v.machines)}</Link>
  const since = <Time at={v.since} />
  const failures = Object.entries(FAILURE).map(
    ([name, words]) => [words, count(v.failures[name as keyof typeof FAILURE])] as const,
  )
  return (
    <Facts
      wide
      facts={[
        ['Machines that have it now', machines],
        ['Machine-hours watched', count(Math.round(v.machineHours))],
        ['Counted since', since],
        ...failures,
        ['Failures that an incident explains by something else', count(v.explained)],
      ]}
    />
  )
}

function Compared({ verdict: { compared, failures, word } }: { verdict: VersionVerdict }) {
  const { tone } = VERDICT[word]
  const alone = compared.reduce((sum, c) => sum + Math.max(0, failures[c.failureClass] - c.failures.newer), 0)
  const barTone = tone === 'ok' || tone === 'warn' || tone === 'crash' ? tone : 'off'
  const columns: Column<VersionComparison>[] = [
    { head: 'Failure', cell: (c) => FAILURE[c.failureClass] },
    { head: 'On this version', number: true, cell: (c) => count(c.failures.newer) },
    {
      head: `On ${compared[0] ? versionShort(compared[0].with.version) : 'the other'}`,
      number: true,
      cell: (c) => count(c.failures.older),
    },
    {
      head: 'Times as often',
      full: true,
      cell: (c) => (
        <span className="version-ratio">
          <RatioBar low={c.low} high={c.high} tone={barTone} /> {timesWords(c)}
        </span>
      ),
    },
  ]
  return (
    <Panel title="Beside the version before it" aside="on machines of the same practice and model, at the same time">
      <Table label="Beside the version before it" columns={columns} items={compared} keyOf={(c) => c.failureClass} />
      {alone > 0 && (
        <p className="quiet small">
          {counted(alone, 'failure')} more on this version {alone === 1 ? 'is' : 'are'} left out: no machine like{' '}
          {alone === 1 ? 'that one' : 'those'} had the version before it at that time.
        </p>
      )}
    </Panel>
  )
}

const times = (x: number) => (x >= 10 ? count(Math.round(x)) : x.toFixed(1))
function timesWords({ low, high }: VersionComparison): string {
  if (high === null) return low < 0.1 ? 'not known' : `at least ${times(low)}`
  return low < 0.05 ? `at most ${times(high)}` : `${times(low)} to ${times(high)}`
}

const OTHERS: readonly Column<VersionVerdict>[] = [
  { head: 'Version', cell: (v) => <Link href={to.version(v.component.key)}>{versionShort(v.component.version)}</Link> },
  { head: 'Verdict', nowrap: true, cell: (v) => <Mark look={VERDICT[v.word]} /> },
  { head: 'Machines', number: true, cell: (v) => <Link href={to.having(v.component)}>{count(v.machines)}</Link> },
  { head: 'Known', full: true, cell: (v) => v.sentence },
]

const CHANGES: readonly Column<VerdictDetail['changes'][number]>[] = [
  { head: 'When', nowrap: true, cell: (c) => <Time at={c.at} /> },
  { head: 'From', nowrap: true, cell: (c) => <Mark look={VERDICT[c.from]} /> },
  { head: 'To', nowrap: true, cell: (c) => <Mark look={VERDICT[c.to]} /> },
  { head: 'What was known', full: true, cell: (c) => c.sentence },
]

type Kind = VersionVerdict['component']['kind']
type Versioned = Exclude<Kind, 'product' | 'model'>
const kindOf = (kind: Kind): Versioned | undefined => (kind === 'product' || kind === 'model' ? undefined : kind)
const isDrawn = (kind: Kind): kind is Exclude<Versioned, 'firmware'> =>
  kind !== 'product' && kind !== 'model' && kind !== 'firmware'
