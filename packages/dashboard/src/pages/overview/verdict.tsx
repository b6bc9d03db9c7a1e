import type { Overview } from '@pumphandle/shared/api'
import { byWeight } from '@pumphandle/shared/incident-weight'
import { count, counted } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Shape, type Tone } from '../../design/shape.tsx'
import { Time } from '../../design/time.tsx'
import { INCIDENT } from '../../design/words.ts'
import { SettingsLink } from '../../session/settings-link.tsx'
import { Growth } from './growth.tsx'
import { parted } from './parted.ts'
import { downOf, figuresOf, isUneasy, toneOf } from './weigh.ts'
import './verdict.css'

/** Incidents below the worst that have room in the first screenful. */
const MOST_OTHERS = 6

/** The sentence that is read from three metres, and the figures that go with it. `still`: no buttons, for the wall. */
export function Verdict({ overview, still = false }: { overview: Overview; still?: boolean }) {
  const [worst, ...others] = [...overview.incidents].sort(byWeight)
  if (!worst) return <Calm overview={overview} />
  return (
    <section className={`verdict verdict-${toneOf(worst)}`} aria-label="Verdict">
      <Shape name={INCIDENT[worst.status].shape} tone={toneOf(worst)} />
      <div className="verdict-body">
        <h1>{still ? worst.title : <Link href={to.incident(worst.id)}>{worst.title}</Link>}</h1>
        <div className="verdict-figures">
          <dl className="figures">
            {figuresOf(worst).map((figure) => (
              <div key={figure.label}>
                <dt>{figure.label}</dt>
                <dd>{figure.href && !still ? <Link href={figure.href}>{figure.value}</Link> : figure.value}</dd>
              </div>
            ))}
          </dl>
          <Growth incident={worst} />
        </div>
        <p className="verdict-foot">
          <Mark look={INCIDENT[worst.status]} />
          <span>
            First failure <Time at={worst.firstFailureAt} as="seconds" />,{' '}
            {worst.owner ? `owner ${worst.owner}` : 'nobody owns it yet'}
          </span>
          {!still && (
            <>
              <Link href={to.incident(worst.id)}>Evidence and what to do</Link>
              <Link href={to.recovery(worst.id)}>Recovery board</Link>
            </>
          )}
        </p>
        {overview.health.problems.length > 0 && (
          <p className="verdict-health">
            <Shape name="bang" tone="warn" /> {overview.health.problems.map((p) => p.title).join(' ')}
          </p>
        )}
        {others.length > 0 && (
          <ul className="verdict-others">
            {others.slice(0, MOST_OTHERS).map((other) => (
              <li key={other.id}>
                <Mark look={INCIDENT[other.status]} />{' '}
                {still ? other.title : <Link href={to.incident(other.id)}>{other.title}</Link>}{' '}
                <span className="quiet">{counted(other.cohorts.affected, 'machine')} affected</span>
              </li>
            ))}
            {others.length > MOST_OTHERS && (
              <li>
                {still ? (
                  `${others.length - MOST_OTHERS} more`
                ) : (
                  <Link href={to.incidents()}>{others.length - MOST_OTHERS} more</Link>
                )}
              </li>
            )}
          </ul>
        )}
      </div>
    </section>
  )
}

/** No incident: said with the evidence, or, where the collector itself is not well, said that it cannot be known. */
function Calm({ overview }: { overview: Overview }) {
  const { health, heardLastMinute, machines } = overview
  const tone: Tone = machines === 0 ? 'off' : health.ok && !isUneasy(overview) ? 'ok' : 'warn'
  return (
    <section className={`verdict verdict-${tone}`} aria-label="Verdict">
      <Shape name={tone === 'ok' ? 'tick' : tone === 'off' ? 'hollow' : 'bang'} tone={tone} />
      <div className="verdict-body">
        <h1>{sentence(overview)}</h1>
        <p className="verdict-foot">
          {health.problems.length > 0 ? (
            <span>{problemsBelow(health)}</span>
          ) : machines === 0 ? (
            <span>
              Make an <SettingsLink part="enrolment">enrolment token</SettingsLink> and install the agent with it; the
              first machine shows here within seconds.
            </span>
          ) : (
            <>
              <span>No incident. {counted(overview.practices, 'practice')}.</span>
              <span>
                Collector: {count(health.connections)} connected, {health.eventsPerSecond.toFixed(0)} events a second,
                stored in {health.commitMs.toFixed(1)} ms, up since <Time at={health.startedAt} />
              </span>
            </>
          )}
          {machines > 0 && health.blindUntil !== null && health.blindUntil > overview.at && (
            <span>
              Just started: who has not come back by <Time at={health.blindUntil} as="seconds" /> counts as dark from
              then on
            </span>
          )}
          {machines > 0 && health.learnsUntil !== null && health.learnsUntil > overview.at && (
            <span>
              A new fleet: no incident is opened before <Time at={health.learnsUntil} as="seconds" />, since what is
              usual here has to be seen first
            </span>
          )}
          {heardLastMinute < machines && machines > 0 && (
            <Link href={to.machines('-seen:<1m')}>{count(machines - heardLastMinute)} not heard from</Link>
          )}
        </p>
      </div>
    </section>
  )
}

function sentence(overview: Overview): string {
  const { heardLastMinute, machines, health } = overview
  if (machines === 0) return 'No machine has an agent yet'
  if (!health.ok) return health.problems[0] ? parted(health.problems[0].title)[0] : 'The collector is not well'
  if (isUneasy(overview))
    return `No incident is open, but ${count(downOf(overview))} of ${counted(machines, 'machine')} crashed or vanished`
  return `All well: ${count(heardLastMinute)} of ${count(machines)} machines heard from in the last minute`
}

/** All that is wrong, but for what the heading says. */
function problemsBelow({ ok, problems }: Overview['health']): string {
  const titles = problems.map(({ title }, i) => (i === 0 && !ok ? parted(title)[1] : title))
  return titles.filter((title) => title !== '').join(' ')
}
