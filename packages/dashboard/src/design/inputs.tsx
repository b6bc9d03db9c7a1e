import { Field } from './field.tsx'

interface Told {
  label: string
  hint?: React.ReactNode
  error?: string | undefined
}

/** One line of text, or whatever the input's `type` says, with its label. */
export function TextField({ label, hint, error, className = '', ...rest }: Told & React.ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input {...ids} {...rest} className={`input ${className}`} />}
    </Field>
  )
}

interface NumberProps extends Told {
  value: number
  min: number
  max: number
  step?: number
  onChange: (value: number) => void
}

/** A number within its bounds. */
export function NumberField({ onChange, ...rest }: NumberProps) {
  return <TextField {...rest} type="number" required onChange={(e) => onChange(e.target.valueAsNumber)} />
}

interface SelectProps<K extends string> extends Told {
  value: K
  /** What can be chosen, in words. */
  options: Readonly<Record<K, string>>
  onChange: (value: K) => void
}

/** One of a few. */
export function SelectField<K extends string>({ label, hint, error, value, options, onChange }: SelectProps<K>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <select {...ids} className="input" value={value} onChange={(e) => onChange(e.target.value as K)}>
          {Object.entries<string>(options).map(([key, words]) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** What went wrong with a change, beside the button that asked for it. */
export function Failure({ error }: { error: Error | null | undefined }) {
  if (!error) return null
  return (
    <p className="field-error" role="alert">
      {error.message}
    </p>
  )
}
