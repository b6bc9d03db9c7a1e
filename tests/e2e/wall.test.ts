import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { cuttableLine } from '../support/cuttable.ts'
import { inDemo } from './dashboard-demo.ts'
import { type Given, isFalcon, watchErrors } from './dashboard-given.ts'

/** The demo's file comes a minute after its start, and the incident half a minute later: nobody waits so long here. */
const SPEED = 12
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
      await context.close()
      line.close()
    })

    test('a browser without a network says so, and is live again by itself', async () => {
      const context = await world().signIn(browser())
      const page = await context.newPage()
      await page.goto('/')
      await page.getByText('Live', { exact: true }).waitFor()
      await context.setOffline(true)
      await page.getByText('Not live', { exact: true }).waitFor()
      await context.setOffline(false)
      await page.getByText('Live', { exact: true }).waitFor()
      expect(await page.getByText('Not live', { exact: true }).count()).toBe(0)
      await context.close()
    })

    test('the first page loads at most 160 kB of JavaScript, charts and all', async () => {
      const context = await world().signIn(browser())
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
  })
}

inDemo(live, { unfolded: false })
