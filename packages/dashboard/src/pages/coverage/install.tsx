import type { Coverage } from '@pumphandle/shared/api'
import { useState } from 'react'
import { Link } from 'wouter'
import { SelectField } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import { Panel } from '../../design/panel.tsx'

/** The command that installs the agent on machines of one practice. */
export function Install({ practices, may }: { practices: Coverage['practices']; may: boolean }) {
  const places = practices.flatMap(({ practice, listed, watched }) => (practice && listed > watched ? [practice] : []))
  const [code, setCode] = useState('')
  const site = code || places[0]?.code || 'A81001'
  return (
    <Panel title="Give them an agent">
      {places.length > 0 && (
        <SelectField
          label="Practice"
          value={site}
          options={Object.fromEntries(places.map((p) => [p.code, `${p.name} (${p.code})`]))}
          onChange={setCode}
        />
      )}
      <p>
        <code className="coverage-command">
          msiexec /i pumphandle-agent.msi /qn COLLECTOR_URL={location.origin} ENROLMENT_TOKEN=… SITE={site}
        </code>
      </p>
      <p className="quiet">
        The token comes from{' '}
        {may ? <Link href={to.settings('enrolment')}>Settings, Enrolment tokens</Link> : 'an admin'}. The same command
        serves Intune, Group Policy and Configuration Manager.
      </p>
    </Panel>
  )
}
