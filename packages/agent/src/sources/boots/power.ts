import type { EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf } from '../../formats/evtx/event-fields.ts'

/** `shut-down`: by fast start-up, which hibernates the kernel; `standby`: modern standby, which keeps the screen off. */
export type PowerState = 'awake' | 'asleep' | 'hibernating' | 'shut-down' | 'standby'

/** TargetState of Kernel-Power 42 and 107 (SYSTEM_POWER_STATE). A 107 after a shutdown is no wake. */
const HIBERNATE = '5'
const SHUTDOWN = '6'

/**
 * The machine's state of power after an event of the System log; undefined where the event says nothing of it. Kernel-Power
 * 42 is written as a machine goes to sleep, 107 as it wakes, by Windows 7 Power-Troubleshooter 1 alone; 506 and 507 are the
 * same for modern standby. A machine that wakes from hibernation tells Kernel-Boot 27 first.
 */
export function powerAfter(event: EventRecord): PowerState | undefined {
  const provider = event.provider.toLowerCase()
  const id = event.eventId
  if (provider === 'microsoft-windows-kernel-boot') return id === 27 ? 'awake' : undefined
  if (provider === 'microsoft-windows-power-troubleshooter') return 'awake'
  if (provider !== 'microsoft-windows-kernel-power') return undefined
  const target = fieldOf(event, 'TargetState')
  if (id === 42) return target === SHUTDOWN ? 'shut-down' : target === HIBERNATE ? 'hibernating' : 'asleep'
  if (id === 506) return 'standby'
  if (id === 507) return 'awake'
  return id === 107 && target !== SHUTDOWN ? 'awake' : undefined
}
