import { count, term } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { EditTags } from '../../design/edit-tags.tsx'
import { Facts } from '../../design/facts.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Panel } from '../../design/panel.tsx'
import { Tags } from '../../design/tags.tsx'
import { usePageTitle } from '../../design/title.ts'
import { INCIDENT, WHY, WORKING } from '../../design/words.ts'
import { useMay } from '../../session/may.ts'
import { SettingsLink } from '../../session/settings-link.tsx'
import { StateCounts } from '../overview/state-counts.tsx'
import { Contacts } from './contacts.tsx'
import { EditPractice } from './edit-practice.tsx'
import { PracticeMachines } from './practice-machines.tsx'
import { PracticeTrust } from './practice-trust.tsx'
import { StaffPage } from './staff-page.tsx'
import '../machine/machine.css'

/** One practice: whether it can work, why not, its machines, and whom to ring. */
export default function PracticePage({ code }: { code: string }) {
  const answer = useAnswer('practice', { path: { code } })
  const { data } = answer
  const may = useMay('admin')
  usePageTitle(data?.practice.name ?? code)
  if (!data)
    return (
      <AwaitedPage of={answer} lines={12} height={800}>
        <Link href={to.practices()}>All practices</Link>
      </AwaitedPage>
    )
  const { practice, verdict } = data
  const incident = data.incidents[0]
  return (
    <div className="stack">
      <header className="machine-head-block">
        <div className="cluster">
          <h1>{practice.name}</h1>
          <Mark look={WORKING[verdict.working]} soft>
            {WORKING[verdict.working].word}
            {WHY[verdict.why] && `: ${WHY[verdict.why]}`}
          </Mark>
        </div>
        <p>{verdict.sentence}</p>
        <p className="quiet">
          {[practice.code, practice.pcn, practice.region].filter(Boolean).join(' · ')}
          {data.status !== 'open' && ` · ${data.status}`}
          {data.mergedInto && (
            <>
              {' '}
              into <Link href={to.practice(data.mergedInto)}>{data.mergedInto}</Link>
            </>
          )}
        </p>
        <div className="cluster">
          <Tags tags={data.tags.map((tag) => ({ tag }))} />
          {may && (
            <EditTags
              what={practice.name}
              own={data.tags}
              of={{ practices: [code] }}
              hint="They hold for its machines, too. Roles and channels can go by them."
            />
          )}
        </div>
        {data.incidents.map((i) => (
          <p key={i.id}>
            <Mark look={INCIDENT[i.status]} /> <Link href={to.incident(i.id)}>{i.title}</Link>
          </p>
        ))}
        <div className="cluster no-print">
          <Link className="button" href={to.sheet(code, incident?.id)}>
            Sheet for the technician
          </Link>
          {incident && (
            <Link className="button" href={to.recovery(incident.id, code)}>
              Recovery board
            </Link>
          )}
        </div>
      </header>
      <div className="machine-columns">
        <Panel
          title="Machines"
          aside={<Link href={to.machines(term('practice', code))}>{count(data.machines)}, search them</Link>}
        >
          <StateCounts states={data.states} scope={term('practice', code)} />
          <PracticeMachines code={code} />
          {may && data.machines > 0 && <PracticeTrust code={code} name={practice.name} machines={data.machines} />}
        </Panel>
        <div className="stack">
          <Panel title="What it reaches" aside="machines, of those that measured lately">
            {data.reachability.length === 0 ? (
              <p className="quiet">
                Nothing measured yet. Name the clinical system in{' '}
                <SettingsLink part="detection">Settings, Detection and retention</SettingsLink>.
              </p>
            ) : (
              <ul className="plain-list">
                {data.reachability.map((r) => (
                  <li key={r.name} className="fact-line">
                    <span>{r.name}</span>
                    <Mark
                      look={
                        r.ok * 2 >= r.of
                          ? { shape: 'tick', tone: 'ok', word: `${count(r.ok)} of ${count(r.of)}` }
                          : {
                              shape: 'cross',
                              tone: 'crash',
                              word: `${count(r.ok)} of ${count(r.of)}${r.failedAt ? `, fails at ${r.failedAt}` : ''}`,
                            }
                      }
                    />
                  </li>
                ))}
              </ul>
            )}
          </Panel>
          <StaffPage code={code} />
          <Panel title="Contacts">
            <Contacts contacts={data.contacts} />
            <Facts
              facts={[
                ['Address', data.address ?? '–'],
                ['Opening hours', data.openingHours ?? '–'],
              ]}
            />
            {may && <EditPractice code={code} detail={data} />}
          </Panel>
        </div>
      </div>
    </div>
  )
}
