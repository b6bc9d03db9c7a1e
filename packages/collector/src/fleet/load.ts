import { BootEvent } from '@pumphandle/shared/wire'
import { stopText } from '../model/stop-code.ts'
import { readPresence } from '../store/heard.ts'
import type { Reader } from '../store/index.ts'
import { allMachines, recentBoots } from '../store/machines.ts'
import { readJson } from '../store/read-json.ts'
import { allMachineTags } from '../store/tags.ts'
import type { Fleet } from './fleet.ts'
import { CRASHED_MS } from './judge.ts'
import { rememberUncleanBoot } from './machine.ts'

/**
 * Rebuilds the fleet from the store: every machine with its state, and of the last minutes the boots and crashes that the
 * state is judged from. 100,000 machines take about a second.
 */
export async function loadFleet(
  db: Reader,
  fleet: Fleet,
  options: { now: number; loopWindowMs: number },
): Promise<void> {
  const { now, loopWindowMs } = options
  const presence = await readPresence(db)
  for await (const row of allMachines(db)) {
    const machine = fleet.put(row, now)
    machine.lastHeard = Math.max(machine.lastHeard, presence.get(row.id) ?? 0)
    if (row.last_crash_at !== null && row.last_crash_at > now - CRASHED_MS)
      machine.bugcheck = {
        at: row.last_crash_at,
        knownAt: Math.max(row.last_crash_at, row.last_boot_at ?? 0),
        stop: row.last_crash_stop === null ? undefined : stopText(row.last_crash_stop),
        culprit: row.last_crash_culprit ?? undefined,
      }
  }
  for await (const tags of allMachineTags(db))
    for (const [id, { agent }] of tags) {
      const machine = fleet.byId(id)
      if (machine) machine.saidTags = agent.toSorted().join(' ')
    }
  for (const { seq, machineId, at, payload } of await recentBoots(db, now - loopWindowMs)) {
    const machine = fleet.byId(machineId)
    const boot = readJson(BootEvent, payload, { table: 'event', id: seq })
    if (!machine || !boot) continue
    const { bootId, previous } = boot
    if (previous.end === 'clean') machine.uncleanBoots = []
    else if (previous.end !== 'unknown') rememberUncleanBoot(machine, { bootId, at, end: previous.end })
  }
}
