import './facts.css'

interface Props {
  facts: readonly (readonly [name: string, value: React.ReactNode])[]
  /** Values beside their names, for panels so wide that the eye would lose the line. */
  wide?: boolean
}

/** Names and values, one pair a line. */
export function Facts({ facts, wide = false }: Props) {
  return (
    <dl className={wide ? 'facts facts-wide' : 'facts'}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
