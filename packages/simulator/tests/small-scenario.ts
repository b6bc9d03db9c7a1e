import { parseScenario } from '../src/scenario/read.ts'
import type { Scenario } from '../src/scenario/scenario.ts'

/** A fleet without ordinary trouble, so that a test sees only what it asks for. Begins on a Tuesday at ten. */
export function quietScenario(over: Record<string, unknown> = {}): Scenario {
  return parseScenario({
    format: 'fhm-scenario/1',
    id: 'test',
    clock: { start: '2024-06-04T10:00:00Z', duration_s: 3600 },
    fleet: { machines: 300, regions: 4, hours: { weekday_prob: 1 } },
    background: {
      crash_per_device_week: 0,
      loss_per_hour: 0,
      unclean_per_hour: 0,
      power_cut_site_year: 0,
      wan_site_year: 0,
      content_updates_per_day: 0,
      bye_prob: 1,
      restart_slow: 0,
      restart_never: 0,
    },
    ...over,
  }).scenario
}
