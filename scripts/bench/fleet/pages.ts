/** A process of open pages: each follows the live stream, and the overview is read again and again. */

import { createClient, openLive } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'

const EVERY_MS = 5_000

/** What it answers each question with: since the last. */
export interface PagesReport {
  readonly messages: number
  /** Milliseconds until the overview was there. */
  readonly overviewMs: readonly number[]
  /** How often it was not. */
  readonly failed: number
  readonly incidents: readonly string[]
}

const [url = '', token = '', count = '0'] = process.argv.slice(2)
const client = createClient({ url, token })
let messages = 0
let times: number[] = []
let failed = 0
let incidents: string[] = []
for (let n = 0; n < Number(count); n++) openLive({ url, token, clock: systemClock, onMessage: () => void messages++ })

async function look(): Promise<void> {
  const began = performance.now()
  try {
    await client.call('overview')
    times.push(performance.now() - began)
    const { items } = await client.call('incidents', { query: {} })
    incidents = items.map(({ title }) => title)
  } catch {
    failed++
  }
}
setInterval(() => void look(), EVERY_MS)

process.on('message', () => {
  const report: PagesReport = { messages, overviewMs: times, failed, incidents }
  messages = failed = 0
  times = []
  process.send?.(report)
})
process.send?.('ready')
