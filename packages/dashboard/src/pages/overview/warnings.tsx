import type { CommonsWarning } from '@pumphandle/shared/api'
import { Link } from 'wouter'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Panel } from '../../design/panel.tsx'
import { Shape } from '../../design/shape.tsx'
import { Time } from '../../design/time.tsx'
import './warnings.css'

interface Props {
  warnings: readonly CommonsWarning[]
  /** The question that was not answered: silence would say that nobody warns. */
  lost: { readonly error: Error | null; readonly refetch: () => unknown } | undefined
}

/**
 * What other organisations see fail that machines here have or wait for. It is no incident, and does not look like one; where
 * an incident of our own blames the version, that one says more.
 */
export function Warnings({ warnings, lost }: Props) {
  const lasting = warnings.filter(({ overAt, incident }) => overAt === null && incident === null)
  if (lasting.length === 0 && !lost) return null
  return (
    <Panel
      title="Warnings by other organisations"
      aside="others’ evidence, no incident of this fleet"
      className="overview-warnings"
    >
      {lost && <Awaited of={lost} />}
      <ul className="warnings">
        {lasting.map(({ sentence, since, seen }) => (
          <li key={seen.component.key}>
            <Shape name="diamond" tone="warn" />
            <span>
              <Link href={to.version(seen.component.key)}>{sentence}</Link>{' '}
              <span className="quiet">
                Since <Time at={since} />.
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
