import { systemClock } from '@pumphandle/shared/clock'
import { endWithin } from './in-order.ts'
import type { Program } from './role.ts'

/**
 * Runs a collector until a signal tells it to end, which it does within a bound whatever its database does, or until it ends by
 * itself. The caller ends the process: what a server that fell silent still holds open would keep it.
 * @param start begins it; what it rejects with is thrown
 * @param onStart told of it once it listens
 * @returns the process's exit code
 */
export async function runProgram(start: () => Promise<Program>, onStart: (program: Program) => void): Promise<number> {
  let program: Program | undefined
  // heard from the first moment on: a start that is called off ends as any other
  const calledOff = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    // a terminal that closes ends what runs in it; a service is told to look at its files
    process.on('SIGHUP', () => (process.stdin.isTTY ? resolve() : program?.lookAnew()))
  })
  const starting = start()
  // within the same bound where it has not started yet, for its database may have fallen silent meanwhile
  const told = calledOff.then(() => endWithin(systemClock, { close: async () => (await starting).close() }))
  const byItself = starting.then((started) => {
    program = started
    onStart(started)
    // nothing that it did from then on would count: a service manager starts it anew
    return started.ended ?? told
  })
  return Promise.race([told, byItself])
}
