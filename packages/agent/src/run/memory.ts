import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** V8's own choice: it lets go of what it made of a function that was not called between so many collections. */
const USUAL_OLD_AGE = 6

/**
 * Keeps what the process holds small: it sits idle for hours on machines with 4 GB. V8's space for young objects stays as
 * large as it is at the start (2 MB) and does not grow to 32 MB by a look at a large log. Asked for after the first second
 * and at run time: as flags of the command line both settings would make Node compile its own start-up code again.
 *
 * @returns gives back what a look at the volume needed; costs some 20 ms, so nothing urgent may wait for it. With `code`, what V8
 *   made of functions goes too, a megabyte: those that are called again are compiled again, so it is for what was run once
 */
export function keepMemorySmall(): (what?: 'code') => void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return (what) => {
    const isThorough = what === 'code'
    setFlagsFromString(isThorough ? '--flush-baseline-code' : '--no-flush-baseline-code')
    setFlagsFromString(`--bytecode-old-age=${isThorough ? 1 : USUAL_OLD_AGE}`)
    if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  }
}
