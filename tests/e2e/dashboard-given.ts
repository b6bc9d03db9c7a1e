import type { Browser } from 'playwright-core'
import { expect } from 'vitest'
import type { DemoWorld } from '../support/demo-world.ts'

/** What beforeAll made; functions, because it is there only once a test runs. */
export interface Given {
  world: () => DemoWorld
  browser: () => Browser
}

/** The bad content file of the demo. */
export const isFalcon = (incident: { cause: { name: string } | null }) => incident.cause?.name === 'falcon/291'

/** Fails with what the page said, where it logged an error or threw one. */
export function watchErrors(page: import('playwright-core').Page): () => void {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return () => expect(errors).toEqual([])
}
