import { PassThrough } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { runCli } from '@pumphandle/cli'
import type { IncidentPicture } from '@pumphandle/shared/api'
import { COHORTS, count, hitOf, incidentNumbers } from '@pumphandle/shared/words'
import { describe, expect, test } from 'vitest'
import { messageOf } from '../../packages/collector/src/jobs/notify/delivery/message.ts'
import { cuttableLine } from '../support/cuttable.ts'
import type { DemoWorld } from '../support/demo-world.ts'
import { eventually } from '../support/eventually.ts'
import { inDemo } from './dashboard-demo.ts'
import { type Given, isFalcon, watchErrors } from './dashboard-given.ts'

/** The demo's file comes a minute after its start, and the incident half a minute later: nobody waits so long here. */
const SPEED = 12
/** So slowly that lists, which follow within a second of the world's time, agree at some moment. */
const SLOW = 0.2
/** So slowly that nothing changes while it is read here and there. */
const STILL = 0.005
/** Of JavaScript, gzipped, that the overview may load. */
const MOST_SCRIPT_BYTES = 160_000

/** The wall that nobody touches: what it shows before, and what comes by itself. */
function live({ world, browser }: Given) {
  describe('on the wall', () => {
    test('first all is well, then the incident arrives without a reload', async () => {
      const context = await world().signIn(browser(), { viewport: { width: 1440, height: 900 } })
      const page = await context.newPage()
      const noErrors = watchErrors(page)
      await page.goto('/')
      const verdict = page.getByRole('region', { name: 'Verdict' })
      await verdict.getByRole('heading', { name: /^All well: [\d,]+ of 1,200 machines heard from/ }).waitFor()
      await page.getByText('This is a demo fleet.').waitFor()
      // somebody who looks at something else, or listens
      const elsewhere = await context.newPage()
      await elsewhere.goto('/practices')
      await elsewhere.getByRole('heading', { level: 1, name: 'Practices' }).waitFor()
      world().clock.hurry(SPEED)
      const loads = await page.evaluate(() => performance.getEntriesByType('navigation').length)
      await verdict.getByRole('heading', { name: /channel file 291/ }).waitFor({ timeout: 60_000 })
      expect(await page.evaluate(() => performance.getEntriesByType('navigation').length)).toBe(loads)
      await verdict.getByText('machines affected').waitFor()
      await elsewhere
        .getByRole('status')
        .filter({ hasText: /^New incident: .*channel file 291/ })
        .waitFor()
      await elsewhere.getByRole('link', { name: /^Incidents \d+ under way$/ }).waitFor()
      await verdict.getByText('Open').first().waitFor()
      // the file is withdrawn after four minutes: whoever comes now still finds the bad day
      await world().incident((i) => isFalcon(i) && i.cohorts.affected > 150)
      world().clock.hurry(1)
      noErrors()
      await context.close()
    })

    test('the wall has no controls and tells the same', async () => {
      const { title } = await world().incident(isFalcon)
      const context = await world().signIn(browser(), { viewport: { width: 1920, height: 1080 } })
      const page = await context.newPage()
      await page.goto('/wall')
      await page.getByRole('heading', { name: title }).waitFor()
      expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0)
      await context.close()
    })

    test('says so when the link is lost, and how old the data is', async () => {
      const line = await cuttableLine(world().collector.url)
      const context = await world().signIn(browser())
      const page = await context.newPage()
      await page.goto(line.url)
      await page.getByText('Live', { exact: true }).waitFor()
      line.cut()
      await page.getByText('Not live').waitFor()
      expect(await page.getByText(/^Data from/).innerText()).toMatch(/ago|just now/)
      line.mend()
      await page.getByText('Live', { exact: true }).waitFor()
      // nobody is told on the way out how things were
      await page.waitForFunction(() => /^\d+ (open|under way) · /.test(document.title))
      // with the next news the page sees that it may ask no more
      await context.clearCookies()
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      expect(await page.title()).toBe('Sign in · Pumphandle')
      await context.close()
      line.close()
    })

    test('a collector that stands still is the past: since when, in grey, in the tab; the wall shouts', async () => {
      const line = await cuttableLine(world().collector.url)
      const context = await world().signIn(browser(), { viewport: { width: 1440, height: 900 } })
      const [page, wall] = [await context.newPage(), await context.newPage()]
      await page.goto(line.url)
      await wall.goto(`${line.url}/wall`)
      for (const one of [page, wall]) {
        await one.getByText('Live', { exact: true }).waitFor()
        await one.waitForFunction(() => /^\d+ (open|under way) · /.test(document.title))
      }
      expect(await page.locator('link[rel=icon]').getAttribute('href')).toMatch(/icon-(open|taken)/)
      line.freeze()
      for (const one of [page, wall]) {
        await one
          .getByRole('alert')
          .getByText(/^Not live since \d\d:\d\d:\d\d/)
          .waitFor()
        expect(await one.title()).toMatch(/^NOT LIVE · /)
        expect(await one.locator('main').evaluate((main) => getComputedStyle(main).filter)).toBe('grayscale(1)')
      }
      expect(await page.locator('link[rel=icon]').getAttribute('href')).toMatch(/icon-past/)
      expect(await page.getByRole('button', { name: 'Try now' }).count()).toBe(1)
      const shout = await wall.getByText(/^Not live since/).evaluate((text) => getComputedStyle(text).fontSize)
      expect(Number.parseFloat(shout)).toBeGreaterThan(30)
      // on a telephone the word leaves room for the search
      await page.setViewportSize({ width: 390, height: 844 })
      const search = await page.getByRole('search').first().boundingBox()
      expect(search?.width).toBeGreaterThan(100)
      await context.close()
      line.close()
    })

    test('a part whose question fails says since when it is old, though the link is live, and comes back by itself', async () => {
      const context = await world().signIn(browser(), { viewport: { width: 1440, height: 900 } })
      const [page, wall] = [await context.newPage(), await context.newPage()]
      for (const [one, path] of [
        [page, '/'],
        [wall, '/wall'],
      ] as const) {
        await one.goto(path)
        await one.getByText('Live', { exact: true }).waitFor()
        await one.locator('.practice-map').first().waitFor()
      }
      const title = 'The database is busy'
      const problem = {
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title, status: 503 }),
      }
      await context.route('**/api/v1/overview/practices*', (route) => route.fulfill(problem))
      for (const one of [page, wall]) {
        const told = one
          .getByRole('alert')
          .filter({ hasText: /^From \d\d:\d\d:\d\d and not from now: the map of practices\./ })
        await told.getByText(title).waitFor()
        await one.getByText('Live', { exact: true }).waitFor()
      }
      // nor where it never was there: nobody presses anything
      const opened = await context.newPage()
      await opened.goto('/wall')
      await opened.getByText('Asked again by itself.').waitFor()
      for (const one of [wall, opened]) expect(await one.getByRole('button').filter({ visible: true }).count()).toBe(0)
      await context.unroute('**/api/v1/overview/practices*')
      for (const one of [page, wall]) await one.getByText(/and not from now/).waitFor({ state: 'detached' })
      await opened.locator('.practice-map').first().waitFor()
      await context.close()
    })

    test('an answer that hangs under "Live" says so, since when, and is asked anew', async () => {
      const context = await world().signIn(browser())
      const page = await context.newPage()
      await page.clock.install()
      await page.goto('/')
      await page.getByText('Live', { exact: true }).waitFor()
      // taken, and never answered
      let hangs = true
      let asked = 0
      await context.route(/\/api\/v1\/(sensors|verdicts)/, (route) => {
        asked++
        return hangs ? undefined : route.continue()
      })
      await page.getByRole('link', { name: 'Sensors' }).click()
      await page.locator('.loading').first().waitFor()
      await page.clock.fastForward(11_000)
      await page
        .getByText(/^No answer since \d\d:\d\d:\d\d\./)
        .first()
        .waitFor()
      const before = asked
      await page
        .getByRole('button', { name: 'Try again' })
        .first()
        .evaluate((button) => (button as HTMLButtonElement).click())
      await eventually(() => expect(asked).toBeGreaterThan(before))
      // what hangs for good is given up by itself
      hangs = false
      await page.clock.fastForward(61_000)
      await page.getByRole('heading', { level: 1, name: 'Sensors' }).waitFor()
      await eventually(async () => expect(await page.locator('.loading').count()).toBe(0))
      await context.close()
    })

    test('a browser without a network says so, and is live again by itself', async () => {
      const context = await world().signIn(browser())
      const page = await context.newPage()
      await page.goto('/')
      await page.getByText('Live', { exact: true }).waitFor()
      await context.setOffline(true)
      await page.getByText('Not live', { exact: true }).waitFor()
      // a page that nobody has opened yet is not in the browser: it opens by itself when it can be had
      await page.getByRole('link', { name: 'Sensors' }).click()
      await page.getByText('The collector cannot be reached').waitFor()
      await context.setOffline(false)
      await page.getByRole('heading', { level: 1, name: 'Sensors' }).waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
      expect(await page.getByText('Not live', { exact: true }).count()).toBe(0)
      await context.close()
    })

    test('the first page loads at most 160 kB of JavaScript, charts and all, in a browser without a language', async () => {
      const context = await world().signIn(browser())
      await context.addInitScript(() => {
        Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix' })
      })
      const page = await context.newPage()
      const scripts: Promise<Buffer>[] = []
      page.on('response', (response) => {
        if (response.url().endsWith('.js')) scripts.push(response.body())
      })
      await page.goto('/')
      await page.locator('.chart-canvas canvas').first().waitFor()
      const bodies = await Promise.all(scripts)
      const bytes = bodies.reduce((sum, one) => sum + gzipSync(one).byteLength, 0)
      expect(bodies.length).toBeGreaterThan(3)
      expect(bytes).toBeLessThan(MOST_SCRIPT_BYTES)
      await context.close()
    })

    // last: the world stands still for it
    test('page, wall, API, command line, messages, report and exports say the same of the incident', async () => {
      world().clock.hurry(SLOW)
      const { admin } = world()
      const { id } = await world().incident(isFalcon)
      const { secret: token } = await admin.call('tokenAdd', { body: { name: 'look', scope: 'read' } })
      const context = await world().signIn(browser(), { viewport: { width: 1440, height: 900 } })
      await eventually(async () => {
        world().clock.hurry(SLOW)
        await eventually(async () => {
          const { incident } = await admin.call('incident', { path: { id } })
          expect(await listed(world(), id)).toEqual(incident.cohorts)
        })
        world().clock.hurry(STILL)
        const { incident, byPractice } = await admin.call('incident', { path: { id } })
        const { cohorts } = incident
        const hit = hitOf(cohorts)
        const stopped = byPractice.filter(({ working }) => working === 'stopped').length
        const told = await tellings(world(), id, token)
        expect(told.overview).toEqual(incident)
        expect(told.machines).toEqual(cohorts)
        expect(told.csvRows).toBe(1 + hit + cohorts['at-risk'] + cohorts.cleared)
        expect(told.stopped).toBe(stopped)
        expect(told.board).toMatchObject({ affected: hit, recovered: cohorts.recovered, missing: cohorts.missing })
        expect(told.report).toContain(`| Machines hit | ${count(hit)} |`)
        expect(told.report).toContain(
          `| Practices hit | ${count(incident.practices)} |\n| of them unable to work now | ${stopped} |`,
        )
        expect(byPractice).toHaveLength(incident.practices)
        expect(incident.stopped).toBe(stopped)
        expect(told.commandLine).toMatchObject([incident])
        expect(told.message).toContain(incidentNumbers(incident))
        expect(told.message).toMatch(
          new RegExp(`^${stopped} practices? cannot work now\\. ${incident.sentence.slice(0, 30)}`),
        )
        expect(incident.sentence).toMatch(new RegExp(`^${count(told.drawn)} machines received`))
        for (const path of ['/', '/wall']) {
          const page = await context.newPage()
          await page.goto(path)
          const figures = page.getByRole('region', { name: 'Verdict' }).locator('dl')
          await figures.getByText('cannot work').waitFor()
          await expect.poll(() => figures.innerText()).toContain(`cannot work\n${stopped}\n`)
          const text = await figures.innerText()
          expect(text).toContain(`machines affected\n${count(cohorts.affected)}\n`)
          expect(text).toContain(`practices hit\n${count(incident.practices)}\n`)
          expect(text).toContain(`exposed, still well\n${count(cohorts['at-risk'])}\n`)
          await page.close()
        }
        // nothing has moved meanwhile, or it is looked at again
        expect((await admin.call('incident', { path: { id } })).incident).toEqual(incident)
      })
      await context.close()
    })
  })
}

/** Machines of the picture that received the suspect. */
const received = ({ exposedBefore, exposed, exposedAfter = 0 }: IncidentPicture['curve']): number =>
  exposed.reduce((sum, n) => sum + n, exposedBefore + exposedAfter)

/** How many machines the lists have of each of an incident's cohorts. */
async function listed({ admin }: DemoWorld, id: number): Promise<Record<string, number>> {
  const machines: Record<string, number> = {}
  for (const cohort of COHORTS) {
    const q = `incident:${id} cohort:${cohort}`
    machines[cohort] = (await admin.call('machines', { query: { q, limit: 1 } })).total
  }
  return machines
}

/** What each of them says of an incident. */
async function tellings(world: DemoWorld, id: number, token: string) {
  const { admin, collector } = world
  const csv = await (await admin.open('machinesCsv', { query: { q: `incident:${id}` } })).text()
  const out = new PassThrough()
  await runCli(['overview', '-o', 'json'], {
    settings: { url: collector.url, token, env: {}, width: 120 },
    out,
    err: out,
  })
  const { incidents } = JSON.parse(String(out.read())) as { incidents: { id: number }[] }
  const overview = await admin.call('overview')
  return {
    machines: await listed(world, id),
    csvRows: csv.trim().split('\n').length,
    overview: overview.incidents.find((one) => one.id === id),
    stopped: (await admin.call('practices', { query: { working: 'stopped', incident: id, limit: 1 } })).total,
    board: (await admin.call('recovery', { path: { id }, query: { limit: 1 } })).counts,
    drawn: received((await admin.call('incidentPicture', { path: { id } })).curve),
    report: (await admin.call('incidentReport', { path: { id } })).markdown,
    commandLine: incidents.filter((one) => one.id === id),
    message: messageOf({
      incident: (await admin.call('incident', { path: { id } })).incident,
      type: 'opened',
      at: 1,
      address: '',
    }).text,
  }
}

inDemo(live, { unfolded: false })
