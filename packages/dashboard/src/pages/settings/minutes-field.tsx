import { NumberField } from '../../design/inputs.tsx'

/** Minutes of a day, at most; a field that is empty is nought. */
export function MinutesField({
  onChange,
  ...field
}: {
  label: string
  hint: string
  value: number
  onChange: (minutes: number) => void
}) {
  return <NumberField {...field} min={0} max={1440} onChange={(n) => onChange(Number.isNaN(n) ? 0 : n)} />
}
