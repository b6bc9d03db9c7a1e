import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { EventOf } from '@pumphandle/shared/wire'

/** The library starts a dozen PowerShell processes: on a slow disk that takes a minute. */
const TIMEOUT_MS = 120_000
/** Maker, model, BIOS and disks take about 2 kB. */
const MAX_ANSWER_BYTES = 64 * 1024

export type Hardware = NonNullable<EventOf<'inventory'>['hardware']>

/**
 * Reads maker, model, BIOS and disks in a process of its own, which ends after it: what its library costs in memory and
 * starts of PowerShell never burdens the service.
 *
 * @throws (rejects) where the process fails, answers nonsense or takes longer than 2 minutes
 */
export function readHardware(): Promise<Hardware> {
  const program = join(
    import.meta.dirname,
    import.meta.filename.endsWith('.ts') ? 'hardware-process.ts' : 'hardware-process.cjs',
  )
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: TIMEOUT_MS,
      windowsHide: true,
    })
    let text = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (part: string) => {
      if (text.length < MAX_ANSWER_BYTES) text += part
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`reading the hardware ended with ${code}`))
      try {
        resolve(JSON.parse(text) as Hardware)
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  })
}
