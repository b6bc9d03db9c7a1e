import { lazy, Suspense, useState } from 'react'
import { Link } from 'wouter'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Loading } from '../../design/notice.tsx'
import { Shape } from '../../design/shape.tsx'
import { usePageTitle } from '../../design/title.ts'
import { FirstMachine } from './first-machine.tsx'
import { type Progress, STEPS, type Step, useProgress } from './steps.ts'
import './start.css'

const Practices = lazy(() => import('../settings/practices-import.tsx'))
const Channels = lazy(() => import('../settings/channels.tsx'))
const Users = lazy(() => import('../settings/users.tsx'))

const TITLE: Record<Step, string> = {
  machine: 'Install the first agent',
  practices: 'Import your practices',
  channel: 'Have somebody told, and see that it arrives',
  people: 'Invite a colleague',
}
const BODY: Record<Step, () => React.ReactNode> = {
  machine: () => <FirstMachine />,
  practices: () => <Practices />,
  channel: () => <Channels />,
  people: () => <Users />,
}

/** From an empty collector to the first machine and beyond, in one page. What is done is told by what is there. */
export default function StartPage() {
  usePageTitle('Set up')
  const { done, count, known, lost } = useProgress()
  if (lost)
    return (
      <div className="stack">
        <h1>Set up</h1>
        <Awaited of={lost} />
      </div>
    )
  if (!known) return <Loading lines={10} height={600} />
  return <Steps done={done} count={count} />
}

function Steps({ done, count }: Pick<Progress, 'done' | 'count'>) {
  const next = STEPS.find((step) => !done[step])
  // what somebody was at stays open when it is done, or they would not see what came of it
  const [begun, setBegun] = useState<readonly Step[]>([])
  if (next && !begun.includes(next)) setBegun([...begun, next])
  return (
    <div className="stack start">
      <h1>{next ? `Set up: ${count} of ${STEPS.length} done` : 'Set up: all done'}</h1>
      {!next && (
        <p>
          Your fleet is on the <Link href={to.overview()}>overview</Link>; tokens for more machines are in{' '}
          <Link href={to.settings('enrolment')}>Settings</Link>.
        </p>
      )}
      <ol className="start-steps">
        {STEPS.map((step, i) => (
          <li key={step}>
            <details open={begun.includes(step)}>
              <summary>
                <Shape name={done[step] ? 'tick' : 'hollow'} tone={done[step] ? 'ok' : 'off'} /> {i + 1}. {TITLE[step]}
                <span className="quiet">{done[step] ? ' – done' : ''}</span>
              </summary>
              <Suspense fallback={<Loading lines={4} />}>{BODY[step]()}</Suspense>
            </details>
          </li>
        ))}
      </ol>
    </div>
  )
}
