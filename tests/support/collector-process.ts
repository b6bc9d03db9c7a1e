import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { fileOf } from './built-programs.ts'
import { COMPILE_CACHE } from './compile-cache.ts'

const MAIN = fileOf('collector')

/** Characters of what it said at its end. */
const SAID = 2_000

/** A real collector in a process of its own, to be killed. */
export interface CollectorProcess {
  readonly url: string
  readonly pid: number
  /** Whether it has ended, by whatever. */
  readonly hasEnded: boolean
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Ends it as a service manager would; answers with the exit code. */
  terminate(): Promise<number | null>
}

/** What is installed: `pumphandle serve`. */
export const SERVE: readonly string[] = [
  fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url)),
  'serve',
]

/**
 * On any free port, unless PUMPHANDLE_PORT is set.
 * @param openFiles that the process may have, where it is not what this one may
 * @param main what Node runs, and its first arguments
 */
export async function startCollectorProcess(
  env: Record<string, string>,
  openFiles?: number,
  main: readonly string[] = [MAIN],
): Promise<CollectorProcess> {
  const command = [process.execPath, ...main, '--port', env['PUMPHANDLE_PORT'] ?? '0']
  const [program = '', ...args] =
    openFiles === undefined ? command : ['/bin/sh', '-c', `ulimit -n ${openFiles}; exec "$0" "$@"`, ...command]
  const child = spawn(program, args, { env: { ...process.env, ...COMPILE_CACHE, ...env }, stdio: 'pipe' })
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => {
    stderr = (stderr + data.toString('utf8')).slice(-SAID)
  })
  return {
    url: await listening(child, () => stderr),
    pid: child.pid ?? 0,
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null
    },
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    terminate: () => end(child, 'SIGTERM'),
  }
}

/** Runs it to its end; for starts that are refused. */
export async function runCollector(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...COMPILE_CACHE, ...env },
    stdio: 'pipe',
  })
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString('utf8')
  })
  child.stdout.resume()
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stderr }
}

async function listening(child: ChildProcess, said: () => string): Promise<string> {
  if (!child.stdout) throw new Error('no standard output')
  for await (const line of createInterface({ input: child.stdout })) {
    // the first start also prints how to sign in, for people
    if (!line.startsWith('{')) continue
    const { msg, at } = JSON.parse(line) as { msg: string; at?: string }
    if (msg.endsWith(' listens') && at !== undefined) {
      child.stdout.resume()
      return at
    }
  }
  // its output ends before it does
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  throw new Error(`the collector ended with ${child.exitCode ?? child.signalCode} before it listened: ${said()}`)
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const gone = once(child, 'exit')
  child.kill(signal)
  return ((await gone) as [number | null])[0]
}
