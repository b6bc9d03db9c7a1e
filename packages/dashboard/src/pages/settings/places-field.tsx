import { useId } from 'react'
import { useAnswer } from '../../api/use.ts'
import { TextField } from '../../design/inputs.tsx'
import { PLACES_HINT } from './places.ts'

interface Props {
  value: string
  onChange: (value: string) => void
  required?: boolean
}

/** Regions and networks as the query's own list has them: a name is typed, its code is written. */
function usePlaceCodes(): { code: string; name: string }[] {
  const regions = useAnswer('suggestQuery', { query: { q: 'region:', at: 'region:'.length } })
  const networks = useAnswer('suggestQuery', { query: { q: 'pcn:', at: 'pcn:'.length } })
  const named = (answer: typeof regions, kind: string) =>
    (answer.data?.items ?? []).map(({ label, detail }) => ({ code: `${kind}:${label}`, name: detail }))
  return [...named(regions, 'region'), ...named(networks, 'network')]
}

/** Places that a person or a channel has. */
export function PlacesField({ value, onChange, required = false }: Props) {
  const list = useId()
  const codes = usePlaceCodes()
  return (
    <>
      <TextField
        label="Places"
        hint={PLACES_HINT}
        placeholder="the whole fleet"
        required={required}
        list={list}
        value={value}
        onChange={(e) => onChange(e.target.value)}
      />
      <datalist id={list}>
        {codes.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  )
}
