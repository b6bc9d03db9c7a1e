import type { Forecast, ForecastRange, IncidentRow } from '@pumphandle/shared/api'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import { count, counted, duration, isActive } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Panel } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { useMe } from '../../session/me.ts'

/** What will come if nobody holds the roll-out, and how well the last forecast held. For those who have the whole fleet. */
export function ForecastPanel({ incident }: { incident: IncidentRow }) {
  const me = useMe()
  const wanted = incident.cause !== null && isActive(incident.status) && !me.places
  const answer = useAnswer('incidentForecast', { path: { id: String(incident.id) } }, { enabled: wanted, keep: true })
  const told = answer.data?.forecast
  if (wanted && !answer.data && answer.error)
    return (
      <Panel title="If it goes on like this">
        <Awaited of={answer} />
      </Panel>
    )
  if (!wanted || !told) return null
  return (
    <Panel title="If it goes on like this">
      {told.over === null ? <GoesOn told={told} /> : <Over told={told} />}
      {told.past && (
        <p className="quiet">
          At <Time at={told.past.at} /> this would have said {range(told.past.said, 'machine')} within the hour; it was{' '}
          {count(told.past.happened)}.
        </p>
      )}
    </Panel>
  )
}

function GoesOn({ told }: { told: Forecast }) {
  const { arrivals, failures, practices, halfLost, until, perHour, remaining } = told
  // at this pace nobody is left long before the end of the time that it looks ahead
  const all = arrivals.low === remaining
  return (
    <>
      <p>
        {all ? (
          <>
            Within {duration(Math.ceil(((remaining / Math.max(1, perHour)) * HOUR) / MINUTE) * MINUTE)}{' '}
            <b>{counted(remaining, 'more machine')}</b>
          </>
        ) : (
          <>
            By <Time at={until} /> <b>{counted(arrivals.likely, 'more machine')}</b>
            {between(arrivals)}
          </>
        )}{' '}
        in about {counted(practices, 'practice')} will have it{all && ', and then all that can'}; about{' '}
        <b>{count(failures.likely)}</b>
        {between(failures)} of them will fail
        {halfLost > 0 ? (
          <>
            ; <b>{counted(halfLost, 'more practice')}</b> would lose more than half of their machines.
          </>
        ) : (
          '; no further practice would lose more than half of its machines.'
        )}
      </p>
      <p className="quiet">
        At {counted(perHour, 'machine')} an hour; {count(remaining)} have not received it yet. If it goes on at this
        pace, the numbers lie within the brackets nine times in ten.{' '}
        <Link href={to.hold(told.component.key)}>Hold it</Link>
      </p>
    </>
  )
}

function Over({ told: { over, remaining, lastArrivalAt } }: { told: Forecast }) {
  return over === 'everybody-has-it' ? (
    <p>Every machine that could receive it has it.</p>
  ) : (
    <p>
      {lastArrivalAt === null ? (
        'No machine is known to have received it'
      ) : (
        <>
          No machine has received it since <Time at={lastArrivalAt} />
        </>
      )}
      , and {counted(remaining, 'machine')} could still: it is held or withdrawn, or waits for the morning.
    </p>
  )
}

/** ` (9 to 11)`; nothing where there is no doubt. */
const between = ({ low, high }: ForecastRange) => (low === high ? '' : ` (${count(low)} to ${count(high)})`)
const range = (told: ForecastRange, noun: string) => `${counted(told.likely, noun)}${between(told)}`
