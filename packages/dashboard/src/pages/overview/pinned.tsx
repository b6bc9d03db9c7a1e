import { count } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Panel } from '../../design/panel.tsx'

/** Questions that somebody pinned for everybody, with their answers. */
export default function Pinned() {
  const answer = useAnswer('savedQueries')
  const pinned = answer.data?.items.filter((one) => one.pinned) ?? []
  // most have none: a place is held only for what is there, or is lost
  if (pinned.length === 0 && !answer.error) return null
  return (
    <Panel title="Our questions">
      {!answer.data && <Awaited of={answer} />}
      <ul className="plain-list">
        {pinned.map((one) => (
          <li key={one.id} className="fact-line">
            <Link href={to.machines(one.q)}>{one.name}</Link>
            <b>{one.machines === null ? 'not understood' : count(one.machines)}</b>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
