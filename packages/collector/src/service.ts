// The collector as the Windows service `pumphandle`, which the service control manager starts and nobody else
// (deploy/windows/collector): node service.js LOG-FILE [options of serve]. Its log and why it did not start are in the file.
import { join } from 'node:path'
import { systemClock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import { type Koffi, runAsService, type ServiceControl } from '@pumphandle/shared/windows-service'
import { endWithin } from './compose/in-order.ts'
import { ConfigError, configOfProcess } from './config/index.ts'
import { StartError, startProgram } from './index.ts'
import { fileLines } from './log/file-lines.ts'

/** As install-collector.cmd makes it. */
const NAME = 'pumphandle'
/** What Windows is told that ending takes: fifteen seconds at most, where the database does not answer. */
const STOP_HINT_MS = 20 * SECOND
/** Windows usually takes note of the end in milliseconds; the process ends even if it does not. */
const EXIT_AFTER_MS = SECOND

const [logFile = '', ...args] = process.argv.slice(2)
const lines = fileLines(logFile)
const say = (msg: string): void => lines.write(`${JSON.stringify({ level: 60, time: systemClock.now(), msg })}\n`)
process.on('uncaughtExceptionMonitor', (error) => say(error.stack ?? String(error)))

/** koffi's native part, which lies beside the bundle (scripts/package/windows.ts) and in no checkout. */
function loadKoffi(): Koffi {
  const holder = { exports: {} }
  process.dlopen(holder, join(import.meta.dirname, 'koffi.node'))
  return holder.exports as Koffi
}

let code = 0
const runtime = runAsService(loadKoffi(), NAME, onControl, (wasService) => {
  if (!wasService) say('This is started by Windows: `sc start pumphandle`. By hand: `pumphandle.cmd serve`.')
  process.exit(wasService ? code : 1)
})

/** Windows starts it anew, a minute later at most, where the code is not 0. */
function stopped(exitCode: number): void {
  code = exitCode
  runtime.stopped(exitCode)
  systemClock.after(EXIT_AFTER_MS, () => process.exit(exitCode))
}

let program: ReturnType<typeof startProgram> | undefined
let isStopping = false
function onControl(control: ServiceControl): void {
  if (isStopping || !['stop', 'preshutdown', 'shutdown'].includes(control)) return
  isStopping = true
  runtime.stopping(STOP_HINT_MS)
  void endWithin(systemClock, { close: async () => (await program)?.close() }).then(stopped)
}

try {
  program = startProgram(configOfProcess(args), lines)
  const { ended } = await program
  void ended?.then(stopped)
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error
  say(error.message)
  stopped(1)
}
