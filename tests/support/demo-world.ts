import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import type { IncidentRow } from '@pumphandle/shared/api'
import type { Client } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import { DAY } from '@pumphandle/shared/time'
import { startDemo } from '@pumphandle/simulator'
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { insertTrendDay } from '../../packages/collector/src/store/trends.ts'
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
/** The incident comes after some fifteen seconds, on a busy machine a minute; one that has not come by then does not come. */
const GIVE_UP_MS = 240_000

/** Days before today that have their line: a year and a little. */
const PAST_DAYS = 400

/** So many days ago, in a fleet that grows and fails less and less. */
function pastDay(now: number, ago: number) {
  const day = Math.floor(now / DAY) * DAY - ago * DAY
  const isWeekend = [0, 6].includes(new Date(day).getUTCDay())
  const machines = 1_200 - ago
  const boots = Math.round(machines * (isWeekend ? 0.05 : 0.94))
  const crashes = ((ago * 7) % 5) + (ago === 130 ? 210 : 0)
  return {
    day,
    machines,
    boots,
    crashes,
    crashed_machines: crashes,
    dark: (ago * 3) % 4,
    incidents: ago % 130 === 0 ? 1 : 0,
  }
}

async function sessionCookie(url: string): Promise<{ name: string; value: string }> {
  const response = await browserFetch(url)(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ADMIN, password: PASSWORD }),
  })
  const [name = '', value = ''] = (response.headers.getSetCookie()[0]?.split(';')[0] ?? '').split('=')
  return { name, value }
}

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
  await context.store.transaction(async (tx) => {
    for (let day = 1; day <= PAST_DAYS; day++) await insertTrendDay(tx, pastDay(clock.now(), day))
  })
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
  // signed in once: of too many sessions the oldest end
  let cookie: ReturnType<typeof sessionCookie> | undefined

  return {
    collector,
    clock,
    admin,
    async signIn(browser, options = {}) {
      cookie ??= sessionCookie(url)
      const browserContext = await browser.newContext({ baseURL: url, ...options })
      await browserContext.addCookies([{ ...(await cookie), url }])
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
