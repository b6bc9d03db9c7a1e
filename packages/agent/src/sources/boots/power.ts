import type { EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf } from '../../formats/evtx/event-fields.ts'

/** `asleep`: suspended, hibernating or shut down with fast start-up; `standby`: modern standby, which keeps the screen off. */
export type PowerState = 'awake' | 'asleep' | 'standby'

/** TargetState of Kernel-Power 107: what it resumes from is a shutdown, so nobody woke. */
const SHUTDOWN = '6'

/**
 * The machine's state of power after an event of the System log; undefined where the event says nothing of it. Kernel-Power
 * 42 is written as a machine goes to sleep, 107 as it wakes; 506 and 507 are the same for modern standby. A machine that
 * wakes from hibernation tells Kernel-Boot 27 first.
 */
export function powerAfter(event: EventRecord): PowerState | undefined {
  const provider = event.provider.toLowerCase()
  const id = event.eventId
  if (provider === 'microsoft-windows-kernel-boot') return id === 27 ? 'awake' : undefined
  if (provider !== 'microsoft-windows-kernel-power') return undefined
  if (id === 42) return 'asleep'
  if (id === 506) return 'standby'
  if (id === 507) return 'awake'
  return id === 107 && fieldOf(event, 'TargetState') !== SHUTDOWN ? 'awake' : undefined
}
