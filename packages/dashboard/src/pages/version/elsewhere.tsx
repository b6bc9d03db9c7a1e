import type { Commons } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Facts } from '../../design/facts.tsx'
import { Panel } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { FAILURE } from '../../design/words.ts'
import { useMe } from '../../session/me.ts'

/** What other organisations see of a version, as it is: counts of others, of which nobody here can look behind. */
export function Elsewhere({ version }: { version: string }) {
  const { places } = useMe()
  const answer = useAnswer('commons', {}, { keep: true, enabled: !places })
  const { data } = answer
  const warning = data?.warnings.find(({ seen, overAt }) => seen.component.key === version && overAt === null)
  const seen = warning?.seen ?? data?.seen.find(({ component }) => component.key === version)
  // silence here would say that nobody warns
  if (!data && answer.error)
    return (
      <Panel title="In other organisations">
        <Awaited of={answer} />
      </Panel>
    )
  if (!data || !seen) return null
  const what = seen.failureClass === null ? 'none' : `${FAILURE[seen.failureClass]}${codeOf(seen.stopCode)}`
  return (
    <Panel title="In other organisations" aside="as they count it, not this fleet’s evidence">
      {warning && <p className="version-sentence">{warning.sentence}</p>}
      <Facts
        wide
        facts={[
          ['Others that have it', count(seen.organisations)],
          ['In which its machines fail beyond luck', count(seen.failing)],
          ['What most of them see', what],
          ['Machine-hours within a week, about', count(Math.round(seen.machineHours))],
          ['Machines that failed, about', count(seen.failures)],
          ['Machines here that have it, or an older version', `${count(seen.machines)}, ${count(seen.waiting)}`],
          ...(warning ? [['Warned since', <Time key="since" at={warning.since} />] as const] : []),
        ]}
      />
      <p className="quiet small">{inWords(data, warning !== undefined)}</p>
    </Panel>
  )
}

const codeOf = (code: number | null) => (code === null ? '' : ` (stop code 0x${code.toString(16).toUpperCase()})`)

function inWords({ timesElsewhere }: Commons, isWarned: boolean): string {
  const voice = 'Each organisation is one voice, however many machines it has.'
  return isWarned
    ? `${voice} The warning opens no incident; the detector believes what machines here show up to ${timesElsewhere} times as readily.`
    : voice
}
