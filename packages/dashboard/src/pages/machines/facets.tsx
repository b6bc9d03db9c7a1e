import type { Facet } from '@pumphandle/shared/api'
import { componentShort, count } from '@pumphandle/shared/words'
import { Loading } from '../../design/notice.tsx'
import { Shape } from '../../design/shape.tsx'
import { MACHINE } from '../../design/words.ts'

const TITLES: Record<Facet['name'], string> = {
  state: 'State',
  practice: 'Practice',
  region: 'Region',
  sensor: 'Sensor',
  content: 'Content',
  os: 'Windows build',
  model: 'Model',
  culprit: 'Culprit driver',
  tag: 'Tag',
}

const COMPONENT = /^(sensor|content):"?([^@"]+)@([^"]+)"?$/
/** Versions are read as everywhere on the page; all else as the collector writes it. */
function wordsOf({ term, label }: Facet['values'][number]): string {
  const [, kind, name, version] = COMPONENT.exec(term) ?? []
  if ((kind !== 'sensor' && kind !== 'content') || !name || !version) return label
  return componentShort({ kind, name, version })
}

interface Props {
  facets: readonly Facet[] | undefined
  query: string
  onQuery: (query: string) => void
}

/** Adds the term, or takes it out where it is. */
export function toggleTerm(query: string, term: string): string {
  const padded = ` ${query} `
  if (padded.includes(` ${term} `)) return padded.replace(` ${term} `, ' ').trim()
  return `${query} ${term}`.trim()
}

/** What the machines found have in common, with counts; a press narrows the query by it, a second press widens it again. */
export function Facets({ facets, query, onQuery }: Props) {
  if (!facets) return <Loading lines={14} height={600} />
  const groups = facets.filter((f) => f.values.length > 0)
  return (
    <details className="facets" open={!matchMedia('(max-width: 760px)').matches}>
      <summary>Narrow down</summary>
      {groups.map((facet) => (
        <fieldset key={facet.name}>
          <legend>{TITLES[facet.name]}</legend>
          {facet.values.map((value) => {
            const on = ` ${query} `.includes(` ${value.term} `)
            const look = facet.name === 'state' ? MACHINE[value.value as keyof typeof MACHINE] : undefined
            return (
              <button
                key={value.value}
                type="button"
                aria-pressed={on}
                onClick={() => onQuery(toggleTerm(query, value.term))}
                title={value.term}
              >
                <span>
                  {look && <Shape name={look.shape} tone={look.tone} />} {look?.word ?? wordsOf(value)}
                </span>
                <b>{count(value.count)}</b>
              </button>
            )
          })}
          {facet.more > 0 && <p className="quiet small">and {count(facet.more)} more</p>}
        </fieldset>
      ))}
    </details>
  )
}
