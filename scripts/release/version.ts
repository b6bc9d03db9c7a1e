import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The one file that says which version a checkout is. */
export const VERSION_FILE = 'packages/shared/src/version.ts'

/** What it says there; undefined where it says none. */
export function statedVersion(tree: string): string | undefined {
  return /VERSION = '([^']+)'/.exec(readFileSync(join(tree, VERSION_FILE), 'utf8'))?.[1]
}
