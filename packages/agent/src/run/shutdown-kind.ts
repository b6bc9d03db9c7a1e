import { timeOf } from '../formats/evtx/event-fields.ts'
import { Volume } from '../volume/volume.ts'

/** Windows writes why it goes down (User32 1074) seconds before it does. */
const SHUTDOWN_REQUEST_MS = 5 * 60_000

/** Whether Windows is going down to come up again, as far as its log says: best effort, else `shutdown`. */
export function shutdownKind(folder: string): 'shutdown' | 'restart' {
  const volume = new Volume(folder)
  try {
    const { events } = volume.history().recentSystem()
    const newestAt = events.length > 0 ? timeOf(events[events.length - 1] as (typeof events)[number]) : 0
    const request = events.findLast(({ provider, eventId }) => eventId === 1074 && /^user32$/i.test(provider))
    if (request === undefined || newestAt - timeOf(request) > SHUTDOWN_REQUEST_MS) return 'shutdown'
    return request.data.some(([, value]) => /^(restart|reboot)$/i.test(value.trim())) ? 'restart' : 'shutdown'
  } catch {
    return 'shutdown'
  } finally {
    volume.close()
  }
}
