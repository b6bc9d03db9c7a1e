import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type Store } from '../../../src/store/index.ts'

/** A clock that stands still until the test moves it; nothing runs by itself. */
export class StillClock {
  time: number
  constructor(time: number) {
    this.time = time
  }
  now = (): number => this.time
  after = (): (() => void) => () => undefined
  every = (): (() => void) => () => undefined
}

/** A real, empty SQLite store in a folder of its own. */
export async function tempStore(): Promise<{ store: Store; drop: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'pumphandle-unit-'))
  const store = await openStore({ kind: 'sqlite', file: join(dir, 'test.db') })
  return {
    store,
    async drop() {
      await store.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
