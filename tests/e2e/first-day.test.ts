import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { PASSWORD } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'
import { violations } from './dashboard-accessible.ts'
import { settled } from './dashboard-pages.ts'
import { Presses } from './presses.ts'

const DESK = { width: 1440, height: 900 }
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

let dir: string
let collector: Collector
let browser: Browser
let context: BrowserContext

/** Pages that have little to show on the first day. */
const EMPTY = [
  '/incidents',
  '/machines',
  '/practices',
  '/sensors',
  '/changes',
  '/trends',
  '/coverage',
  '/map',
  '/wall',
  '/settings/notifications',
  '/settings/on-call',
  '/settings/maintenance',
]

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pumphandle-first-'))
  collector = await startCollector(
    readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: dir, PUMPHANDLE_LOG_LEVEL: 'silent' }),
  )
  browser = await launchBrowser()
  context = await browser.newContext({ baseURL: collector.url, viewport: DESK })
})
afterAll(async () => {
  await context?.close()
  await browser?.close()
  await collector?.close()
  rmSync(dir, { recursive: true, force: true })
})

/** From the first link to the first machine, in presses after the password. */
async function firstMachine(on: { collector: Collector; page: Page; byKeyboard: boolean }): Promise<void> {
  const { page } = on
  await page.goto(on.collector.signInLink ?? '')
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('Email').fill('ada@example.nhs.uk')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Set up: 0 of 4 done' }).waitFor()
  await page.getByText('Waiting for the first machine').waitFor()
  const press = new Presses(page, on.byKeyboard)
  await press.on(page.getByRole('button', { name: 'Make a token' }))
  const command = await page.getByText(/^msiexec \/i/).innerText()
  const token = /ENROLMENT_TOKEN=(\S+)/.exec(command)?.[1] ?? ''
  expect(command).toContain(`COLLECTOR_URL=${on.collector.url}`)
  // what the installed agent does with it
  const identity = await enrol(on.collector.url, token, { computerName: 'RECEPTION-1', site: 'A81001' })
  const agent = await WireClient.connect(on.collector.url, identity, { computerName: 'RECEPTION-1' })
  await page.getByText('Here it is:').waitFor()
  await page.getByRole('link', { name: 'RECEPTION-1' }).waitFor()
  await page.getByRole('heading', { level: 1, name: 'Set up: 1 of 4 done' }).waitFor()
  expect(press.count).toBeLessThanOrEqual(3)
  agent.socket.close()
}

test('an empty collector leads to the first machine in one page, by keyboard, and keeps how far it is', async () => {
  const page = await context.newPage()
  await firstMachine({ collector, page, byKeyboard: true })
  await settled(page)
  expect(await violations(page)).toEqual([])
  // it is kept by itself, and one can go on from the overview
  await page.goto('/')
  // "All well" of a fleet that nobody knows yet is not the same as of one that is watched
  await page.getByText(/^A new fleet: no incident is opened before/).waitFor()
  await page.getByRole('link', { name: 'Set up: 1 of 4 done. Go on' }).click()
  await page.getByLabel('File').waitFor()
})

test('the same on a telephone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-first-'))
  const empty = await startCollector(
    readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: folder, PUMPHANDLE_LOG_LEVEL: 'silent' }),
  )
  const telephone = await browser.newContext({ baseURL: empty.url, ...PHONE })
  try {
    const page = await telephone.newPage()
    await firstMachine({ collector: empty, page, byKeyboard: false })
    await settled(page)
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
    expect(scrollWidth).toBe(clientWidth)
  } finally {
    await telephone.close()
    await empty.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('pages on which there is nothing yet say so, and axe finds nothing on them', async () => {
  const page = await context.newPage()
  const wrong: string[] = []
  for (const address of EMPTY) {
    await page.setViewportSize(DESK)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(address)
    await settled(page)
    wrong.push(...(await violations(page)).map((sentence) => `${address}: ${sentence}`))
  }
  expect(wrong).toEqual([])
})

test('names without an end, and from the right, break and move no page sideways', async () => {
  const long =
    'The Extraordinarily Long-Named Group Practice of Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch'
  const csv = `code,name,pcn,region\nA81001,${long},${long} PCN,${long} ICB\nA81002,عيادة الحي القديم,شبكة الشمال,${long} ICB\n`
  await collector.context.importPractices(csv, { dryRun: false, region: 'icb' })
  const [machines] = await Promise.all(
    (['A81001', 'A81002'] as const).map(async (site, i) => {
      const token = await collector.context.enrolment.createToken({
        name: site,
        site,
        days: 1,
        maxUses: null,
        createdBy: 'test',
      })
      return enrol(collector.url, token.secret, { computerName: i === 0 ? 'W'.repeat(63) : 'مكتب-الاستقبال', site })
    }),
  )
  const page = await context.newPage()
  const wide: string[] = []
  const pages = [
    '/',
    '/machines',
    '/practices',
    '/practices/A81001',
    '/practices/A81002',
    '/practices/A81001/sheet?all=1',
    '/practices/A81001/card',
    '/map',
    '/wall',
    `/machines/${machines?.machine}`,
  ]
  for (const viewport of [DESK, PHONE.viewport]) {
    await page.setViewportSize(viewport)
    for (const address of pages) {
      await page.goto(address)
      await settled(page)
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
      if (scrollWidth > clientWidth) wide.push(`${address}: ${scrollWidth} of ${clientWidth} px`)
    }
  }
  expect(wide).toEqual([])
})
