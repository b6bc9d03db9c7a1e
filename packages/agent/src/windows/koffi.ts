import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Koffi } from '@pumphandle/shared/windows-service'

export type { Koffi }

/** Name of the native part as the installer lays it beside the bundle. */
const BESIDE_BUNDLE = 'koffi.node'

/**
 * Loads koffi, in 60 to 340 ms under Wine, so nothing in the first second needs it: the installed agent has only its native part, beside the bundle; a checkout has the npm package.
 *
 * @throws where this platform has no build of koffi.
 */
export function loadKoffi(): Koffi {
  const native = join(import.meta.dirname, BESIDE_BUNDLE)
  if (existsSync(native)) {
    const holder = { exports: {} }
    process.dlopen(holder, native)
    return holder.exports as Koffi
  }
  return createRequire(import.meta.filename)('koffi') as Koffi
}
