import { count } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { to } from '../../design/links.ts'
import { Panel } from '../../design/panel.tsx'

/** Questions that somebody pinned for everybody, with their answers. */
export default function Pinned() {
  const { data } = useAnswer('savedQueries')
  const pinned = data?.items.filter((one) => one.pinned) ?? []
  if (pinned.length === 0) return null
  return (
    <Panel title="Our questions">
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
