import { type EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf } from '../../formats/evtx/event-fields.ts'
import type { Volume } from '../../volume/volume.ts'
import { trueTimeOf } from '../boots/true-time.ts'
import type { Reading, Since, Source } from '../source.ts'

/** A Windows update that was installed or failed. */
export interface UpdateFact {
  id: string
  at: string
  title: string
  kb?: string
  outcome: 'installed' | 'failed'
  errorCode?: string
  /** An application of the Store, which updates through the same service. */
  isStoreApp?: true
}

/** Store applications are titled by their product id, e.g. `9WZDNCRFJ3PS-Microsoft.RemoteDesktop`. */
const STORE_APP = /^[0-9A-Z]{12}-/
const INSTALLED = 19
const FAILED = 20

/** WindowsUpdateClient 19 (installed) and 20 (failed); titles are Microsoft's, in English or the system's language. */
export const updatesSource: Source<UpdateFact[]> = {
  name: 'updates',
  read: async (volume, since) => readUpdates(volume, since),
}

function readUpdates(volume: Volume, since: Since): Reading<UpdateFact[]> {
  const facts = volume
    .history()
    .system()
    .events.filter(({ provider }) => /windowsupdateclient$/i.test(provider))
    .map((event) => ({ event, at: trueTimeOf(volume).of(event) }))
    .filter(({ at }) => at >= (since.at ?? 0))
    .flatMap(({ event, at }) => toUpdate(event, new Date(at).toISOString()))
  return { facts, problems: [] }
}

function toUpdate(event: EventRecord, at: string): UpdateFact[] {
  const title = fieldOf(event, 'updateTitle') ?? ''
  if (![INSTALLED, FAILED].includes(event.eventId) || title === '') return []
  const guid = /[0-9a-f]{8}/i.exec(fieldOf(event, 'updateGuid') ?? '')?.[0]?.toLowerCase() ?? String(event.recordId)
  const update: UpdateFact = {
    id: `update:${at}:${guid}`,
    at,
    title,
    outcome: event.eventId === INSTALLED ? 'installed' : 'failed',
  }
  const kb = /\bKB\d{6,8}\b/i.exec(title)?.[0]?.toUpperCase()
  const errorCode = /^0x[0-9a-f]{1,16}$/i.exec(fieldOf(event, 'errorCode') ?? '')?.[0]?.toLowerCase()
  if (kb) update.kb = kb
  if (errorCode && event.eventId === FAILED) update.errorCode = errorCode
  if (STORE_APP.test(title)) update.isStoreApp = true
  return [update]
}
