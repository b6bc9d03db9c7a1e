import type { Here } from '@pumphandle/shared/api'
import { ApiProblem } from '@pumphandle/shared/client'
import { MINUTE } from '@pumphandle/shared/time'
import { lazy, Suspense, useEffect, useState } from 'react'
import { inWords, useChange } from '../../api/use.ts'
import { browserClock } from '../../clock.ts'
import { Loading, Notice } from '../../design/notice.tsx'
import { Shape } from '../../design/shape.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import { WORKING } from '../../design/words.ts'
import { Machines } from './machines.tsx'
import { Report } from './report.tsx'
import { OUT_OF_REACH, stateOf, whyOf } from './words.ts'
import './here.css'

const Markdown = lazy(() => import('../../design/markdown.tsx'))

/** A practice's own page, opened from its card by a telephone, without an account: our PCs, what is done, what to do. */
export default function HerePage() {
  const [token] = useState(() => location.hash.slice(1))
  const ask = useChange('here')
  const [here, setHere] = useState<Here>()
  const { mutate } = ask
  usePageTitle(here?.name ?? 'Your practice')
  useEffect(() => {
    const look = () => mutate({ body: { token } }, { onSuccess: setHere })
    look()
    return browserClock.every(MINUTE, look)
  }, [mutate, token])
  const isGone = ask.error instanceof ApiProblem
  if (!here && ask.error)
    return (
      <main className="here">
        <h1>Your practice’s PCs</h1>
        <Notice title={isGone ? inWords(ask.error).title : OUT_OF_REACH.title} shape="bang" tone="warn">
          {isGone ? inWords(ask.error).detail : OUT_OF_REACH.detail}
        </Notice>
      </main>
    )
  if (!here)
    return (
      <main className="here">
        <h1>Your practice’s PCs</h1>
        <Loading lines={6} height={400} />
      </main>
    )
  const { verdict, doing, todo, paper } = here
  const calm = doing.length === 0 && !['stopped', 'reduced'].includes(verdict.working)
  return (
    <main className="here stack">
      <header className="stack">
        <p className="quiet">
          {here.name} · {here.code}
        </p>
        <h1 className={`here-state tone-${WORKING[verdict.working].tone}`}>
          <Shape name={WORKING[verdict.working].shape} /> {stateOf(verdict)}
        </h1>
        <p>{whyOf(verdict)}</p>
        <p className="quiet small" aria-live="polite">
          As of <Time at={here.at} as="ago" />
          {ask.error
            ? '. It cannot look again now: this telephone may have no network.'
            : '. It looks again every minute.'}
        </p>
      </header>
      <Report here={here} token={token} onReported={setHere} />
      <section aria-labelledby="doing">
        <h2 id="doing">What is being done</h2>
        {doing.length === 0 ? (
          <p>Nothing is known to be wrong beyond your practice. If a PC does not work, tell us above.</p>
        ) : (
          <ul className="plain-list">
            {doing.map(({ title, since, taken }) => (
              <li key={title}>
                <b>{title}</b> Known since <Time at={since} />.{' '}
                {taken ? 'Somebody in IT is working on it.' : 'IT can see it; nobody there has taken it on yet.'}
              </li>
            ))}
          </ul>
        )}
      </section>
      <Suspense fallback={<Loading lines={6} />}>
        {!calm && (
          <section aria-labelledby="todo" className="here-todo">
            <h2 id="todo">{todo.title || 'What to do now'}</h2>
            <Markdown text={todo.markdown} />
          </section>
        )}
        <section aria-labelledby="pcs">
          <h2 id="pcs">Which PC works</h2>
          <Machines machines={here.machines} />
        </section>
        {/* on a day on which nothing is wrong nobody is told to leave a PC switched off */}
        {calm && (
          <details className="here-paper">
            <summary>What to do when PCs stop working</summary>
            <Markdown text={todo.markdown} />
          </details>
        )}
        <details className="here-paper">
          <summary>{paper.title || 'Working on paper'}</summary>
          <Markdown text={paper.markdown} />
          <p className="no-print">
            <button type="button" className="button" onClick={() => window.print()}>
              Print this page
            </button>
          </p>
        </details>
      </Suspense>
    </main>
  )
}
