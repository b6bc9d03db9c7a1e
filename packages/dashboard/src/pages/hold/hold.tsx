import { bestOf, recipesOf } from '@pumphandle/shared/hold'
import { componentWords } from '@pumphandle/shared/words'
import { Link, Redirect, useSearchParams } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited, AwaitedPage } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Mark } from '../../design/mark.tsx'
import { Panel } from '../../design/panel.tsx'
import { usePageTitle } from '../../design/title.ts'
import { VERDICT } from '../../design/words.ts'
import { useMay } from '../../session/may.ts'
import { Automation } from './automation.tsx'

/** How to stop a roll-out, in the consoles that people use, with the exact version in each step. */
export default function HoldPage() {
  const [params] = useSearchParams()
  const key = params.get('key') ?? ''
  const answer = useAnswer('verdict', { path: { component: key } }, { enabled: key !== '' })
  const { data } = answer
  const component = data?.verdict.component
  const may = useMay('technician')
  usePageTitle('Hold a roll-out')
  const kind =
    component && (['sensor', 'content', 'os', 'driver', 'firmware', 'app'] as const).find((k) => k === component.kind)
  const others = useAnswer(
    'verdicts',
    { query: kind && component ? { kind, name: component.name } : {} },
    { enabled: kind !== undefined },
  )
  // an address that somebody cut short
  if (key === '') return <Redirect to={to.sensors()} replace />
  if (!data || !component)
    return (
      <AwaitedPage of={answer} lines={10} height={600}>
        <Link href={to.sensors()}>All versions</Link>
      </AwaitedPage>
    )
  const good = bestOf(others.data?.items ?? [], key)
  return (
    <div className="stack">
      <div className="page-head">
        <h1>Hold {componentWords(component)}</h1>
        <p>
          <Mark look={VERDICT[data.verdict.word]} soft /> <Link href={to.version(key)}>What is known of it</Link>
        </p>
      </div>
      <p>
        Stop it in the console that distributes it; Pumphandle gives no machine a command.{' '}
        {good && `${componentWords(good)} is in use here and is no worse than usual.`}
        {!good &&
          others.data &&
          'No other version has been watched here for long enough to be called no worse than usual.'}
      </p>
      {kind !== undefined && !others.data && <Awaited of={others} />}
      {recipesOf({ component, good }).map(({ console, steps }) => (
        <Panel key={console} title={console}>
          <ol className="bullets">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Panel>
      ))}
      {may && <Automation component={component.key} />}
    </div>
  )
}
