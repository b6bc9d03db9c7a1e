import type { Settings } from '@pumphandle/shared/api'
import { MAX_PROBES } from '@pumphandle/shared/wire/limits'
import { Button } from '../../design/button.tsx'
import { NumberField, SelectField, TextField } from '../../design/inputs.tsx'

type Probe = Settings['probes'][number]
const BY: Record<Probe['kind'], string> = { https: 'HTTPS', tls: 'TLS', tcp: 'TCP' }
const FRESH: Probe = { name: '', kind: 'https', host: '', port: 443, intervalSeconds: 60 }

interface Props {
  probes: readonly Probe[]
  onChange: (probes: Probe[]) => void
}

/** Services that every machine measures, so that "our PCs", "our line" and "the clinical system" can be told apart. */
export function Probes({ probes, onChange }: Props) {
  const set = (at: number, change: Partial<Probe>) =>
    onChange(probes.map((p, i) => (i === at ? { ...p, ...change } : p)))
  return (
    <fieldset className="form">
      <legend>
        <b>Measured from every machine</b>
      </legend>
      {probes.map((probe, i) => (
        // a row has no identity but its place: names are being typed
        // oxlint-disable-next-line react/no-array-index-key
        <div className="form-row" key={i}>
          <TextField
            label="Name"
            required
            placeholder="EMIS Web"
            value={probe.name}
            onChange={(e) => set(i, { name: e.target.value })}
          />
          <TextField label="Host" required value={probe.host} onChange={(e) => set(i, { host: e.target.value })} />
          <NumberField label="Port" min={1} max={65_535} value={probe.port} onChange={(port) => set(i, { port })} />
          <SelectField label="By" value={probe.kind} options={BY} onChange={(kind) => set(i, { kind })} />
          <Button kind="bare" onClick={() => onChange(probes.filter((_, at) => at !== i))}>
            Remove<span className="visually-hidden"> {probe.name}</span>
          </Button>
        </div>
      ))}
      {probes.length < MAX_PROBES && (
        <p>
          <Button onClick={() => onChange([...probes, FRESH])}>Add a service</Button>
        </p>
      )}
    </fieldset>
  )
}
