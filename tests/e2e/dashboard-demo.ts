import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { type DemoWorld, startDemoWorld } from '../support/demo-world.ts'
import { type Given, isFalcon } from './dashboard-given.ts'

/** The demo's file comes a minute after its start, and the incident half a minute later: nobody waits so long here. */
const SPEED = 12
/** The file is withdrawn after four minutes: with so many machines affected there is something to see. */
const AFFECTED = 150

/**
 * Tests that share one demo world and one browser; each file has its own, so that files run side by side. Its incident
 * has unfolded when they begin, unless they come for that.
 */
export function inDemo(tests: (given: Given) => void, { unfolded = true } = {}): void {
  let world: DemoWorld
  let browser: Browser

  beforeAll(async () => {
    browser = await launchBrowser()
    world = await startDemoWorld()
    if (!unfolded) return
    world.clock.hurry(SPEED)
    await world.incident((i) => isFalcon(i) && i.cohorts.affected > AFFECTED)
    world.clock.hurry(1)
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
  })

  tests({ world: () => world, browser: () => browser })
}
