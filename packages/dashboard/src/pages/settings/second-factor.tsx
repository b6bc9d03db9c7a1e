import type { Settings } from '@pumphandle/shared/api'
import { useChange } from '../../api/use.ts'
import { Failure, SelectField } from '../../design/inputs.tsx'
import { Part } from './part.tsx'

const FROM: Readonly<Record<Settings['secondFactorFrom'], string>> = {
  nobody: 'Nobody',
  admin: 'Admins',
  technician: 'Admins and technicians',
  viewer: 'Everybody',
}

/** Of whom a second factor is demanded. */
export function DemandedFactor() {
  const change = useChange('settingsChange', ['settings', 'users'])
  return (
    <Part
      title="Second factor"
      about="Whoever signs in with a password, you too, has to set one up before anything else opens. It applies at once."
      name="settings"
    >
      {({ secondFactorFrom }) => (
        <div className="form">
          <SelectField
            label="Required of"
            value={change.isPending ? (change.variables.body?.secondFactorFrom ?? secondFactorFrom) : secondFactorFrom}
            options={FROM}
            onChange={(from) => change.mutate({ body: { secondFactorFrom: from } })}
          />
          <Failure error={change.error} />
        </div>
      )}
    </Part>
  )
}
