import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSettings } from '../config/settings-file.ts'
import type { ConnectionOptions } from '../run/options.ts'
import { readSurroundings } from '../run/surroundings.ts'
import { spoolSummary } from '../spool/summary.ts'
import { AGENT_VERSION } from '../version.ts'
import { SERVICE_NAME } from '../windows/service-settings.ts'

/** Lines of the log that are shown. */
const LOG_LINES = 5

/** `status`: prints what is known without reaching the collector. */
export function runStatus(options: ConnectionOptions): void {
  const { dataFolder, windows } = readSurroundings(options)
  const stored = readSettings(dataFolder)
  console.log(`Pumphandle agent ${AGENT_VERSION}, data in ${dataFolder}`)
  if (windows) console.log(`Service: ${windows.services().state(SERVICE_NAME).state}`)
  console.log(
    stored ? `Collector: ${stored.collectorUrl}` : 'Collector: none set; run `enrol` or install with COLLECTOR_URL',
  )
  console.log(`Machine: ${stored?.machine ?? 'not enrolled'}${stored?.site ? `, site ${stored.site}` : ''}`)
  if (stored?.tags?.length) console.log(`Tags: ${stored.tags.join(' ')}`)
  if (stored?.proxy) console.log(`Proxy: ${stored.proxy}`)
  const spool = spoolSummary(dataFolder)
  if (spool) {
    const types = Object.entries(spool.waiting).map(([type, count]) => `${count} ${type}`)
    console.log(`Waiting to be sent: ${types.length > 0 ? types.join(', ') : 'nothing'}`)
    const offline = spool.offlineSince
    if (offline !== undefined) console.log(`No connection since ${new Date(offline).toISOString()}`)
  }
  const log = join(dataFolder, 'agent.log')
  if (existsSync(log)) {
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LOG_LINES)
    console.log(`Last lines of ${log}:\n${lines.map((line) => `  ${line}`).join('\n')}`)
  }
}
