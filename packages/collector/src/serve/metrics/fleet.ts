import { ACTIVE_STATUSES, MACHINE_STATES, WORKING } from '@pumphandle/shared/words'
import { Gauge, type Registry } from 'prom-client'
import { medianSkewMs } from '../../fleet/own-clock.ts'
import type { PracticeStates } from '../fleet/practice-states.ts'
import type { ServeContext } from '../http/context.ts'

/** What of the fleet is told; read when somebody asks. */
export function fleetMetrics(
  registry: Registry,
  { fleet, incidents }: Pick<ServeContext, 'fleet' | 'incidents'>,
  states: Pick<PracticeStates, 'tiles'>,
  heardLastMinute: () => number,
): void {
  const registers = [registry]
  new Gauge({
    name: 'pumphandle_machines',
    help: 'Machines by state.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of MACHINE_STATES) this.set({ state }, fleet.counts[state])
    },
  })
  new Gauge({
    name: 'pumphandle_practices',
    help: 'Practices by whether they can work.',
    labelNames: ['working'],
    registers,
    collect() {
      const counts = Map.groupBy(states.tiles(), ({ verdict }) => verdict.working)
      for (const working of WORKING) this.set({ working }, counts.get(working)?.length ?? 0)
    },
  })
  new Gauge({
    name: 'pumphandle_incidents',
    help: 'Incidents that are not over, by kind and status.',
    labelNames: ['kind', 'status'],
    registers,
    collect() {
      this.reset()
      // an alert on a series that is not there yet would miss the first incident
      for (const status of ACTIVE_STATUSES) this.set({ kind: 'component', status }, 0)
      for (const { record } of incidents.active()) this.inc({ kind: record.kind, status: record.status })
    },
  })
  new Gauge({
    name: 'pumphandle_connections',
    help: 'Agents that are connected.',
    registers,
    collect() {
      this.set(fleet.connected)
    },
  })
  new Gauge({
    name: 'pumphandle_machines_heard_last_minute',
    help: 'Machines that were heard in the last minute.',
    registers,
    collect() {
      this.set(heardLastMinute())
    },
  })
  new Gauge({
    name: 'pumphandle_last_heard_timestamp_seconds',
    help: 'When any machine was last heard; 0 where none ever was.',
    registers,
    collect() {
      let last = 0
      for (const m of fleet.machines()) last = Math.max(last, m.lastHeard)
      this.set(last / 1000)
    },
  })
  new Gauge({
    name: 'pumphandle_agent_clock_ahead_seconds',
    help: "How far the connected machines' clocks run ahead of the collector's, by the median; far from 0, it is the collector's that is wrong.",
    registers,
    collect() {
      this.set((medianSkewMs(fleet) ?? 0) / 1000)
    },
  })
  new Gauge({
    name: 'pumphandle_agents',
    help: 'Machines by the version of their agent.',
    labelNames: ['version'],
    registers,
    collect() {
      this.reset()
      for (const [version, n] of agentVersions(fleet.machines())) this.set({ version }, n)
    },
  })
}

/** Versions that are told one by one; the rest, which somebody must have made up, are told as one. */
const MOST_VERSIONS = 30

function agentVersions(machines: Iterable<{ readonly agentVersion: string | null }>): [string, number][] {
  const counts = new Map<string, number>()
  for (const { agentVersion } of machines) {
    const version = agentVersion ?? 'none'
    counts.set(version, (counts.get(version) ?? 0) + 1)
  }
  const byNumber = [...counts].sort(([, a], [, b]) => b - a)
  const others = byNumber.slice(MOST_VERSIONS).reduce((sum, [, n]) => sum + n, 0)
  return others === 0 ? byNumber : [...byNumber.slice(0, MOST_VERSIONS), ['other', others]]
}
