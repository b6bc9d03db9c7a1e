import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import type { IncidentRow } from '@pumphandle/shared/api'
import type { Client } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import { startDemo } from '@pumphandle/simulator'
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { type FastClock, fastClock } from './fast-clock.ts'
import { browserFetch, firstAdmin, PASSWORD } from './signed-in.ts'

/** A collector with the demo's fleet of 1,200 machines, on sockets, in a folder of its own, on a clock that can hurry. */
export interface DemoWorld {
  readonly collector: Collector
  readonly clock: FastClock
  readonly admin: Client
  /** A browser's context in which the admin is signed in. */
  signIn(browser: Browser, options?: BrowserContextOptions): Promise<BrowserContext>
  /** Waits until the API shows an open incident that satisfies. */
  incident(satisfies?: (incident: IncidentRow) => boolean): Promise<IncidentRow>
  close(): Promise<void>
}

const ADMIN = 'ada@example.nhs.uk'
/** Between two looks at the API while waiting. */
const LOOK_MS = 200
/** The incident comes after some fifteen seconds; one that has not come by then does not come. */
const GIVE_UP_MS = 80_000

/** @throws (rejects) where the page is not built: a browser would wait for what never comes */
export async function startDemoWorld(): Promise<DemoWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pumphandle-demo-'))
  const clock = fastClock()
  const env = { PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: dataDir, PUMPHANDLE_LOG_LEVEL: 'error' }
  const collector = await startCollector({ ...readConfig(env), demo: true }, { clock })
  const { context, url } = collector
  const page = await browserFetch(url)(url)
  if (!page.ok) {
    await collector.close()
    rmSync(dataDir, { recursive: true, force: true })
    throw new Error(`There is no page to look at. ${await page.text()}`)
  }
  const token = await context.enrolment.createToken({
    name: 'Demo',
    site: null,
    days: 1,
    maxUses: null,
    createdBy: 'test',
  })
  const demo = await startDemo({
    collector: url,
    dataDir,
    clock,
    async importPractices(csv) {
      await context.importPractices(csv, { dryRun: false, region: 'icb' })
    },
    async enrol(request) {
      const enrolled = await context.enrolment.enrol(token.secret, request)
      if (!enrolled) throw new Error('The demo fleet could not be enrolled')
      return enrolled
    },
    onFault: (error) => {
      throw error
    },
    isKnown: () => false,
  })
  const admin = await firstAdmin(collector)

  return {
    collector,
    clock,
    admin,
    async signIn(browser, options = {}) {
      const send = browserFetch(url)
      const response = await send(`${url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: ADMIN, password: PASSWORD }),
      })
      const cookie = response.headers.getSetCookie()[0] ?? ''
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
      const browserContext = await browser.newContext({ baseURL: url, ...options })
      await browserContext.addCookies([{ name, value, url }])
      return browserContext
    },
    async incident(satisfies = () => true) {
      const until = systemClock.now() + GIVE_UP_MS
      for (;;) {
        const { items } = await admin.call('incidents', { query: {} })
        const found = items.find(satisfies)
        if (found) return found
        if (systemClock.now() > until)
          throw new Error(`No such incident; there are: ${items.map((i) => i.title).join('; ')}`)
        await new Promise<void>((done) => void systemClock.after(LOOK_MS, done))
      }
    },
    async close() {
      demo.close()
      await collector.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
