import type { IncidentRow, LiveMessage, MachineState, Overview } from '@pumphandle/shared/api'
import type { Answer } from '@pumphandle/shared/client'
import { byWeight, MOST_SHOWN } from '@pumphandle/shared/incident-weight'
import { LIVE_BEAT, MINUTE } from '@pumphandle/shared/time'
import { isActive } from '@pumphandle/shared/words'
import type { QueryClient } from '@tanstack/react-query'
import type { Refresh } from './refresh.ts'

function withIncident(list: readonly IncidentRow[], incident: IncidentRow): IncidentRow[] {
  const others = list.filter((other) => other.id !== incident.id)
  if (!isActive(incident.status)) return others
  const at = list.findIndex((other) => other.id === incident.id)
  const next = at < 0 ? [incident, ...others] : list.map((other) => (other.id === incident.id ? incident : other))
  return next.length > MOST_SHOWN ? next.sort(byWeight).slice(0, MOST_SHOWN) : next
}

/** Rows that are on the page take their new state where they stand: nothing moves, nothing is asked. */
function patchMachines(client: QueryClient, states: ReadonlyMap<string, MachineState>): void {
  client.setQueriesData<Answer<'machines'>>({ queryKey: ['machine-rows'] }, (page) => {
    if (!page?.items.some((row) => states.has(row.id) && states.get(row.id) !== row.state)) return page
    return { ...page, items: page.items.map((row) => ({ ...row, state: states.get(row.id) ?? row.state })) }
  })
}

/** What one message of the live link does to the answers that the page holds. `count` hears of changed machines. */
export function applyMessage(client: QueryClient, refresh: Refresh, count: (n: number) => void, message: LiveMessage) {
  switch (message.type) {
    case 'hello':
      return
    case 'beat':
      // what others say comes once a minute, and no message here tells of it; nor of a practice that closes, or settles
      refresh('commons')
      if (message.at % MINUTE < LIVE_BEAT) for (const name of ['tiles', 'practices', 'practice'] as const) refresh(name)
      return
    case 'reset':
      return void client.invalidateQueries()
    case 'counts':
      client.setQueryData<Overview>(
        ['overview', {}],
        (old) => old && { ...old, at: message.at, states: message.states, heardLastMinute: message.heardLastMinute },
      )
      return
    case 'machines':
      patchMachines(client, new Map(message.changed.map((m) => [m.id, m.state])))
      count(message.changed.length + message.more)
      for (const { id } of message.changed) refresh('machine', id)
      refresh('recovery')
      refresh('fleetSeries')
      return
    case 'practices':
      refresh('tiles')
      refresh('practices')
      // who cannot work is told of each incident
      refresh('overview')
      refresh('incidents')
      for (const code of message.codes) refresh('practice', code)
      return
    case 'incident':
      client.setQueryData<Overview>(
        ['overview', {}],
        (old) => old && { ...old, incidents: withIncident(old.incidents, message.incident) },
      )
      client.setQueryData<Answer<'incident'>>(
        ['incident', { path: { id: String(message.incident.id) } }],
        (old) => old && { ...old, incident: message.incident },
      )
      refresh('incident', message.incident.id)
      refresh('incidents')
      refresh('incidentSeries', message.incident.id)
      refresh('incidentPicture', message.incident.id)
      refresh('incidentForecast', message.incident.id)
      refresh('recovery', message.incident.id)
      refresh('overview')
      return
    case 'incident-history':
      return refresh('incident', message.id)
    case 'machine-events':
      for (const name of ['machine', 'timeline', 'machineCrashes'] as const) {
        for (const id of message.ids) refresh(name, id)
        if (message.more > 0) refresh(name)
      }
  }
}
