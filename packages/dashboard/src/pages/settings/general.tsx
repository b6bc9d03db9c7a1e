import type { Settings } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, NumberField, TextField } from '../../design/inputs.tsx'
import { Part } from './part.tsx'
import { Probes } from './probes.tsx'

export default function General() {
  return (
    <Part
      title="Detection and retention"
      about="How readily incidents are raised, what counts as a boot loop, and how long history is kept."
      name="settings"
    >
      {(settings) => <Form settings={settings} />}
    </Part>
  )
}

function Form({ settings }: { settings: Settings }) {
  const [given, setGiven] = useState(settings)
  const change = useChange('settingsChange', ['settings'])
  const save = (event: React.FormEvent) => {
    event.preventDefault()
    change.mutate({ body: given })
  }
  return (
    <form className="form" onSubmit={save}>
      <NumberField
        label="False alarms a year at most"
        hint="How many the whole fleet may raise by chance. Fewer: incidents come later, and are surer."
        min={0.05}
        max={50}
        step={0.05}
        value={given.alarmBudget}
        onChange={(alarmBudget) => setGiven({ ...given, alarmBudget })}
      />
      <div className="form-row">
        <NumberField
          label="Boot loop: unclean boots"
          min={2}
          max={20}
          value={given.bootLoop.boots}
          onChange={(boots) => setGiven({ ...given, bootLoop: { ...given.bootLoop, boots } })}
        />
        <NumberField
          label="Boot loop: within (minutes)"
          min={5}
          max={240}
          value={given.bootLoop.minutes}
          onChange={(minutes) => setGiven({ ...given, bootLoop: { ...given.bootLoop, minutes } })}
        />
      </div>
      <div className="form-row">
        <NumberField
          label="Keep events for (days)"
          min={7}
          max={3650}
          value={given.retentionDays.events}
          onChange={(events) => setGiven({ ...given, retentionDays: { ...given.retentionDays, events } })}
        />
        <NumberField
          label="Keep the audit log for (days)"
          min={90}
          max={3650}
          value={given.retentionDays.audit}
          onChange={(audit) => setGiven({ ...given, retentionDays: { ...given.retentionDays, audit } })}
        />
      </div>
      <NumberField
        label="Retire machines not heard for (days)"
        hint="0: never"
        min={0}
        max={3650}
        value={given.retireAfterDays}
        onChange={(retireAfterDays) => setGiven({ ...given, retireAfterDays })}
      />
      <TextField
        label="Time zone of your organisation"
        hint="Opening hours, quiet hours, turns on call and planned work that comes again go by it. For example Europe/London"
        required
        value={given.timeZone}
        onChange={(e) => setGiven({ ...given, timeZone: e.target.value })}
      />
      <Probes probes={given.probes} onChange={(probes) => setGiven({ ...given, probes })} />
      <p className="cluster">
        <Button kind="primary" type="submit" busy={change.isPending}>
          Save
        </Button>
        <output>{change.isSuccess && !change.isPending ? 'Saved.' : ''}</output>
      </p>
      <Failure error={change.error} />
    </form>
  )
}
