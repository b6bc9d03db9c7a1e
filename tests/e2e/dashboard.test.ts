import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { type DemoWorld, startDemoWorld } from '../support/demo-world.ts'
import { accessible } from './dashboard-accessible.ts'
import { admin } from './dashboard-admin.ts'
import { jobs } from './dashboard-jobs.ts'
import { live } from './dashboard-live.ts'
import { reach } from './dashboard-reach.ts'
import { weight } from './dashboard-weight.ts'

// one world for all: its incident unfolds once, and each test looks at it as one of its users does
describe('the dashboard', () => {
  let world: DemoWorld
  let browser: Browser
  const given = { world: () => world, browser: () => browser }

  beforeAll(async () => {
    browser = await launchBrowser()
    world = await startDemoWorld()
  })
  afterAll(async () => {
    await browser?.close()
    await world?.close()
  })

  live(given)
  jobs(given)
  reach(given)
  admin(given)
  weight(given)
  accessible(given)
})
