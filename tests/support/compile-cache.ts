import { fileURLToPath } from 'node:url'

/**
 * For a process of ours that runs from source: what Node made of its files the last time, which is half of the processor's
 * time of its start. Beside what was installed, so that nothing has to be cleaned up.
 */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/pumphandle-compile', import.meta.url)),
}
