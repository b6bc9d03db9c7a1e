import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Gives memory back that a full look at the volume needed. The agent sits idle for hours on machines with 4 GB, and V8 keeps
 * what it once had until it is asked. Costs some 20 ms, outside of anything urgent. Asked for at run time: as flags of the
 * command line both settings would make Node compile its own start-up code again.
 */
export function giveMemoryBack(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
