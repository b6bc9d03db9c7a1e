import { to } from './links.ts'
import './tags.css'
import { Link } from 'wouter'

interface Props {
  tags: readonly { readonly tag: string; readonly by?: 'machine' | 'practice' | 'agent' }[]
}

const FROM = { machine: 'set by people', practice: 'of its practice', agent: 'said by its own agent' }

/** Tags as chips; each leads to the machines that have it. Who said it is a word for those who listen, not a colour. */
export function Tags({ tags }: Props) {
  if (tags.length === 0) return null
  return (
    <ul className="tags" aria-label="Tags">
      {tags.map(({ tag, by = 'machine' }) => (
        <li key={tag}>
          <Link className={`tag tag-${by}`} href={to.machines(`tag:${tag}`)} title={`${tag}, ${FROM[by]}`}>
            {tag}
            {by !== 'machine' && <span className="tag-by"> {by}</span>}
          </Link>
        </li>
      ))}
    </ul>
  )
}
