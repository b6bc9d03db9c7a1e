import { isHit } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { EditTags } from '../../design/edit-tags.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Panel } from '../../design/panel.tsx'
import { Sentence } from '../../design/sentence.tsx'
import { Tags } from '../../design/tags.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { COHORT, MACHINE } from '../../design/words.ts'
import { useMay } from '../../session/may.ts'
import { BeforeFailure } from './before-failure.tsx'
import { Components } from './components.tsx'
import { Identity, IdentityNotes, Reachability, Readiness, Vitals } from './facts.tsx'
import { LastCrash } from './last-crash.tsx'
import { MachineMarks } from './machine-marks.tsx'
import { Retired, Retirement } from './retirement.tsx'
import { Revocation } from './revocation.tsx'
import { Timeline } from './timeline.tsx'
import './machine.css'

/** One computer: how it is and why, what happened to it, what is on it. */
export default function MachinePage({ id }: { id: string }) {
  const answer = useAnswer('machine', { path: { id } })
  const { data } = answer
  const mayTag = useMay('technician')
  usePageTitle(data?.machine.name ?? 'Machine')
  if (!data)
    return (
      <AwaitedPage of={answer} lines={14} height={800}>
        <Link href={to.machines()}>Search all machines</Link>
      </AwaitedPage>
    )
  const { machine, incidents, problems } = data
  const away = machine.state === 'dark' || machine.state === 'offline' || machine.state === 'sleeping'
  return (
    <div className="stack">
      <header className="machine-head-block">
        <div className="cluster">
          <h1>{machine.name}</h1>
          <Mark look={MACHINE[machine.state]} soft />
          {data.unmanaged && <span className="quiet">unmanaged: told of by a scan, has no agent of its own</span>}
        </div>
        <p>
          <Sentence>{machine.stateReason}</Sentence> <span className="quiet">In this state since</span>{' '}
          <Time at={machine.stateSince} as="seconds" />.
        </p>
        <p className="quiet">
          {machine.practice ? (
            <Link href={to.practice(machine.practice.code)}>{machine.practice.name}</Link>
          ) : (
            'No practice'
          )}
          {machine.practice?.region && ` · ${machine.practice.region}`} · last seen{' '}
          <Time at={machine.lastSeen} as="ago" />
        </p>
        <div className="cluster">
          <Tags tags={data.tagged} />
          {mayTag && (
            <EditTags
              what={machine.name}
              own={data.tagged.filter(({ by }) => by === 'machine').map(({ tag }) => tag)}
              of={{ ids: [machine.id] }}
              hint="What you write here goes before the same key of its practice or its agent."
            />
          )}
          <Retirement detail={data} />
        </div>
        {incidents.map((incident) => (
          <p key={incident.id}>
            <Mark look={COHORT[incident.cohort]} /> in <Link href={to.incident(incident.id)}>{incident.title}</Link>
          </p>
        ))}
      </header>
      <Retired detail={data} />
      {away && !data.retired && (
        <p className="machine-away">
          This machine is not connected. What follows is its last known state, from{' '}
          <Time at={machine.lastSeen} as="seconds" />.
        </p>
      )}
      {incidents
        .filter(({ cohort }) => isHit(cohort))
        .map((incident) => (
          <MachineMarks key={incident.id} machine={machine} incident={incident} />
        ))}
      <Panel title="What happened">
        <Timeline id={id} />
      </Panel>
      <div className="machine-columns">
        <div className="stack">
          {data.lastCrash && (
            <Panel title="Last crash" aside={<Time at={data.lastCrash.at} as="seconds" />}>
              <LastCrash crash={data.lastCrash} />
            </Panel>
          )}
          <Panel title="What changed before its last failure">
            <BeforeFailure detail={data} />
          </Panel>
          <Panel title="What is on it">
            <Components components={data.components} />
          </Panel>
        </div>
        <div className="stack">
          <Panel title="Vitals" aside={data.vitalsAt && <Time at={data.vitalsAt} as="ago" />}>
            <Vitals vitals={data.vitals} />
          </Panel>
          <Panel title="Reaches" aside={data.reachability && <Time at={data.reachability.at} as="ago" />}>
            <Reachability results={data.reachability?.results} />
          </Panel>
          <Panel title="Ready for a bad day">
            <Readiness readiness={data.readiness} />
          </Panel>
          <Panel title="Identity">
            <Identity detail={data} />
            <IdentityNotes notes={data.identity.notes} />
            <Revocation detail={data} />
          </Panel>
          {problems.length > 0 && (
            <Panel title="What its agent could not read">
              <ul className="plain-list">
                {problems.map((p) => (
                  <li key={`${p.source} ${p.code}`}>
                    <code>{p.source}</code> {p.message}
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      </div>
    </div>
  )
}
