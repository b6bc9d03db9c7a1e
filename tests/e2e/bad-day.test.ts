import { readFileSync } from 'node:fs'
import type { IncidentDetail } from '@pumphandle/shared/api'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { admin } from './dashboard-admin.ts'
import { inDemo } from './dashboard-demo.ts'
import { type Given, isFalcon } from './dashboard-given.ts'

const DESK = { viewport: { width: 1440, height: 900 } }
const TELEPHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** What people come for on a bad day, each from where they start to what they take away. */
function jobs({ world, browser }: Given) {
  describe('on the bad day', () => {
    let incident: { id: number; title: string }
    beforeAll(async () => {
      incident = await world().incident(isFalcon)
    })

    async function open<T>(path: string, options: object, job: (page: Page) => Promise<T>): Promise<T> {
      const context = await world().signIn(browser(), options)
      const page = await context.newPage()
      await page.goto(path)
      const done = await job(page)
      // an answer that is still being changed would find its page gone
      await page.unrouteAll({ behavior: 'wait' })
      await context.close()
      return done
    }

    test('a manager finds out why: the comparison, the suspects, the runbook', () =>
      open('/', DESK, async (page) => {
        await page.getByRole('link', { name: incident.title }).click()
        await page.getByRole('heading', { level: 1, name: incident.title }).waitFor()
        await page.getByRole('row', { name: /With the suspect/ }).waitFor()
        await page.getByRole('row', { name: /without it/ }).waitFor()
        await page.getByText('Of ').first().waitFor()
        expect(await page.getByRole('heading', { name: 'Suspects' }).count()).toBe(1)
        // three serve; the rest on demand
        expect(
          await page.getByRole('region', { name: 'Suspects' }).getByRole('listitem').filter({ visible: true }).count(),
        ).toBeLessThanOrEqual(5)
        for (const name of [
          /^Machines by the time from arrival to failure\. Of [\d,]+/,
          /^Machines that received the suspect/,
        ])
          await page.getByRole('img', { name }).waitFor()
        // one truth: who failed, in the sentence, in the picture and in the cohorts
        await eventually(async () => {
          const told = await page.getByText(/of them crashed or vanished\. Of/).innerText()
          const drawn =
            (await page.getByRole('img', { name: /^Machines that received/ }).getAttribute('aria-label')) ?? ''
          const [, received, failed] = /^([\d,]+) machines received .*; ([\d,]+) of them/.exec(told) ?? []
          expect(failed).toBeDefined()
          expect(drawn).toContain(`${received} machines had it`)
          expect(drawn).toContain(`; ${failed} failed`)
        })
        await page
          .getByRole('heading', { name: /Falcon channel file/ })
          .first()
          .waitFor()
      }))

    test('whoever holds a roll-out sees which version is bad, why, and what else is in use', () =>
      open('/sensors', DESK, async (page) => {
        const look = page.getByRole('region', { name: 'Needs a look' })
        const bad = look.getByRole('row').filter({ hasText: /Falcon channel file 291.*Bad/s })
        await bad.waitFor()
        expect(await page.getByText(/per 1,000 machine-hours/).count()).toBe(0)
        await bad.getByRole('link', { name: /Falcon channel file 291/ }).click()
        await page.getByRole('heading', { level: 1, name: /Falcon channel file 291/ }).waitFor()
        await page
          .getByText(/^On \d+ machines? for [\d,]+ machine-hours?: /)
          .first()
          .waitFor()
        await page.getByRole('link', { name: `Incident ${incident.id}` }).click()
        await page.getByRole('heading', { level: 1, name: incident.title }).waitFor()
      }))

    test('an admin lists the affected with Falcon 7.16 in one region and takes them away as CSV', () =>
      open('/', DESK, async (page) => {
        const region = (await world().admin.call('incident', { path: { id: incident.id } })).byRegion[0]?.region ?? ''
        const query = `incident:${incident.id} cohort:affected sensor:falcon@7.16.* region:${JSON.stringify(region)}`
        await page.getByRole('region', { name: 'Verdict' }).waitFor()
        await page.keyboard.press('/')
        await page.keyboard.type(query)
        await page.keyboard.press('Enter')
        await page.waitForURL(/\/machines\?q=/)
        const found = page.getByRole('status').filter({ hasText: /machines?\./ })
        await found.waitFor()
        const shown = Number(/([\d,]+) machine/.exec(await found.innerText())?.[1]?.replace(',', ''))
        expect(shown).toBeGreaterThan(0)
        const download = page.waitForEvent('download')
        await page.getByRole('link', { name: 'CSV', exact: true }).click()
        const lines = readFileSync(await (await download).path(), 'utf8')
          .trim()
          .split('\r\n')
        // machines fall ill and recover while the test runs
        expect(lines.length - 1).toBeGreaterThan(shown * 0.5)
        expect(lines[1]).toContain('7.16')
      }))

    test('ill machines come first; versions are never cut; columns are chosen, widened and kept', () =>
      open('/machines', DESK, async (page) => {
        const table = page.getByRole('table', { name: 'Machines' })
        const first = table.getByRole('row').nth(1)
        await first.getByText(/Boot loop|Crashed|Dark/).waitFor()
        expect(await table.getByRole('columnheader', { name: /State/ }).getAttribute('aria-sort')).toBe('ascending')
        const cut = () =>
          table
            .getByRole('cell')
            .filter({ hasText: /^(Falcon|Defender|Sophos|\d+ · |\d{5}\.\d+)/ })
            .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length)
        expect(await cut()).toBe(0)
        await page.getByRole('button', { name: 'Columns' }).click()
        await page.getByRole('checkbox', { name: 'Network' }).check()
        await page.getByRole('checkbox', { name: 'Windows' }).uncheck()
        await page.keyboard.press('Escape')
        const head = table.getByRole('columnheader', { name: /^Practice/ })
        const before = (await head.boundingBox())?.width ?? 0
        const edge = page.getByRole('separator', { name: 'Width of Practice' })
        await edge.focus()
        for (let press = 0; press < 5; press++) await edge.press('ArrowRight')
        // no hand makes a version's column narrower than the version
        await page.getByRole('separator', { name: 'Width of Sensor' }).focus()
        for (let press = 0; press < 12; press++) await page.keyboard.press('ArrowLeft')
        expect(await cut()).toBe(0)
        // another browser, the same person
        await eventually(async () => {
          const kept = await world().admin.call('preferences')
          expect(kept.items['machines-columns']).toMatch(/"sensor":\d+/)
        })
        await open('/machines', DESK, async (other) => {
          await other.getByRole('columnheader', { name: 'Network' }).waitFor()
          expect(await other.getByRole('columnheader', { name: 'Windows' }).count()).toBe(0)
          const box = await other.getByRole('columnheader', { name: /^Practice/ }).boundingBox()
          expect(box?.width).toBeGreaterThan(before + 50)
        })
        await page.getByRole('button', { name: 'Columns' }).click()
        await page.getByRole('button', { name: 'Reset columns' }).click()
        await page.getByRole('columnheader', { name: 'Windows' }).waitFor()
      }))

    test('a wrong query says where it is wrong', () =>
      open('/machines?q=state%3Acrashd', DESK, async (page) => {
        const alert = page.getByRole('alert')
        await alert.waitFor()
        expect(await alert.locator('mark').innerText()).toContain('crashd')
      }))

    test('suggestions are chosen with the arrow keys', () =>
      open('/machines', DESK, async (page) => {
        const box = page.getByRole('combobox', { name: 'Query' })
        await box.fill('state:bo')
        await page.getByRole('option').first().waitFor()
        await box.press('ArrowDown')
        await box.press('Enter')
        expect(await box.inputValue()).toContain('state:boot-loop')
      }))

    test('a technician marks a machine recovered on a telephone', () =>
      open(`/incidents/${incident.id}/recovery`, TELEPHONE, async (page) => {
        // practices are folded: the board fits a few screens, not twenty
        expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(4000)
        await page.locator('summary').filter({ hasText: 'to do' }).first().tap()
        const card = page.getByRole('listitem').first()
        // off-screen cards are not laid out, so they have no inner text yet
        const name = (await card.getByRole('link').first().textContent()) ?? ''
        const button = page.getByRole('toolbar', { name: `Mark ${name}` }).getByRole('button', { name: 'Recovered' })
        await button.tap()
        await page.locator(`[aria-label="Mark ${name}"] [aria-pressed=true]`).waitFor()
        await page.getByRole('listitem').filter({ hasText: name }).getByText(/^Ada/).waitFor()
        const { items } = await world().admin.call('recovery', { path: { id: incident.id }, query: { limit: 500 } })
        expect(items.find((row) => row.name === name)?.mark).toBe('recovered')
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
      }))

    test('of hundreds of practices the first are on the board, the rest on demand', () =>
      open(`/incidents/${incident.id}/recovery`, TELEPHONE, async (page) => {
        await page.route(`**/api/v1/incidents/${incident.id}`, async (route) => {
          const response = await route.fetch()
          const detail: IncidentDetail = await response.json()
          const byPractice = Array.from({ length: 400 }, (_, i) => {
            const { practice, ...hit } = detail.byPractice[
              i % detail.byPractice.length
            ] as (typeof detail.byPractice)[0]
            return { ...hit, practice: { ...practice, code: `X${i}` } }
          })
          await route.fulfill({ response, json: { ...detail, byPractice } })
        })
        await page.reload()
        const all = page.getByRole('button', { name: 'Show all 400 practices' })
        await all.waitFor()
        expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(4000)
        await all.tap()
        await expect
          .poll(() =>
            page
              .locator('summary')
              .filter({ hasText: /to do|recovered/ })
              .count(),
          )
          .toBe(400)
        await page.unroute(`**/api/v1/incidents/${incident.id}`)
      }))

    test('a technician finds a machine by a part of its name, and by the code on its sheet', () =>
      open(`/incidents/${incident.id}/recovery`, TELEPHONE, async (page) => {
        const { items } = await world().admin.call('recovery', { path: { id: incident.id }, query: { limit: 1 } })
        const [row] = items
        if (!row) throw new Error('nothing was hit')
        // the camera and its reader are the edge: what they see is this machine's code
        await page.addInitScript((text) => {
          const stream = () => document.createElement('canvas').captureStream()
          navigator.mediaDevices.getUserMedia = async () => stream()
          Object.assign(window, {
            BarcodeDetector: class {
              async detect() {
                return [{ rawValue: text }]
              }
            },
          })
        }, `${world().collector.url}/machines/${row.machine}`)
        await page.reload()
        await page.getByRole('searchbox', { name: 'Find a machine' }).fill(row.name.slice(3).toLowerCase())
        await page.getByRole('toolbar', { name: `Mark ${row.name}` }).waitFor()
        await page.getByRole('button', { name: 'Scan a code' }).tap()
        await page.getByRole('heading', { level: 1, name: row.name }).waitFor()
        await page.getByRole('toolbar', { name: `Mark ${row.name}` }).waitFor()
        expect(new URL(page.url()).pathname).toBe(`/machines/${row.machine}`)
        // what a maker's code on a case says, typed where the browser reads no codes
        const { serialNumber } = await world().admin.call('machine', { path: { id: row.machine } })
        await page.addInitScript('Object.assign(window, { BarcodeDetector: undefined })')
        await page.goto(`/incidents/${incident.id}/recovery`)
        await page.getByText('This browser reads no codes').waitFor()
        await page.getByRole('searchbox', { name: 'Find a machine' }).fill(serialNumber ?? 'none')
        await page.getByRole('toolbar', { name: `Mark ${row.name}` }).waitFor()
      }))

    test('on a telephone the practices in trouble stand first, the rest is folded', () =>
      open('/', TELEPHONE, async (page) => {
        const map = page.getByRole('group', { name: 'Practices by region' })
        await map
          .getByText(/Reduced|Stopped/)
          .first()
          .waitFor()
        expect(await map.getByRole('link').first().innerText()).toMatch(/Reduced|Stopped/)
        expect(await map.getByText('Working', { exact: true }).filter({ visible: true }).count()).toBeLessThan(20)
        await map.getByText(/practices without trouble/).tap()
        await map.getByRole('heading').first().waitFor()
      }))

    test('on a telephone a machine is told from the next by its name, and a picture can be read', () =>
      open(`/machines?q=incident%3A${incident.id}`, TELEPHONE, async (page) => {
        const names = page.getByRole('table', { name: 'Machines' }).getByRole('link', { name: /^Z90\d{3}-/ })
        await names.first().waitFor()
        const cut = await names.evaluateAll((links) => links.filter((one) => one.scrollWidth > one.clientWidth).length)
        expect(cut).toBe(0)
        await page.goto(`/incidents/${incident.id}`)
        const picture = page.getByRole('img', { name: /^Machines that received/ })
        // another answer draws it anew: what was taken away has no width
        await eventually(async () => {
          const letters = await picture.evaluate((svg) => (svg.getBoundingClientRect().width / 640) * 12)
          expect(letters).toBeGreaterThan(9)
        })
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      }))

    test('the incident is printed like the sheet: margins, no leftovers of the screen, every practice', () =>
      open('/incidents', DESK, async (page) => {
        // more practices than a screen shows before a press, however far the day has gone
        await page.route(`**/api/v1/incidents/${incident.id}`, async (route) => {
          const answer = await route.fetch()
          const detail = (await answer.json()) as { byPractice: { practice: { code: string } }[] }
          const byPractice = Array.from({ length: 20 }, (_, i) => {
            const [first] = detail.byPractice
            return { ...first, practice: { ...first?.practice, code: `Y${i}` } }
          })
          await route.fulfill({ response: answer, json: { ...detail, byPractice } })
        })
        await page.getByRole('link', { name: incident.title }).click()
        await page.getByRole('img', { name: /^Machines that received/ }).waitFor()
        await page.getByRole('button', { name: 'Show all 20' }).waitFor()
        await page.emulateMedia({ media: 'print' })
        expect(await page.getByText('Skip to content').isVisible()).toBe(false)
        expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0)
        const columns = await page.locator('.incident-columns').evaluate((e) => getComputedStyle(e).display)
        expect(columns).toBe('block')
        expect(await page.getByText(/^Printed \d/).isVisible()).toBe(true)
        // nobody can press on paper: all rows are there, and gone again
        const rows = page.getByRole('table', { name: 'By practice' }).locator('tbody tr')
        await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
        expect(await rows.count()).toBe(20)
        await page.evaluate(() => dispatchEvent(new Event('afterprint')))
        await expect.poll(() => rows.count()).toBe(15)
      }))

    test('at nine in the morning: what changed last night, and what failed after it', () =>
      open('/', DESK, async (page) => {
        await page.getByRole('link', { name: 'What changed last night?' }).click()
        const row = page.getByRole('table', { name: 'Versions that arrived' }).getByRole('row').nth(1)
        await row.getByText(/channel file 291/).waitFor()
        expect(await row.innerText()).toMatch(/\d+%/)
        await page.getByRole('button', { name: '7 days' }).click()
        await page.waitForURL(/span=week/)
        // and from one machine that failed
        await row.getByRole('link').last().click()
        await page.getByRole('table', { name: 'Machines' }).getByRole('link').first().click()
        const before = page.getByRole('region', { name: 'What changed before its last failure' })
        await before
          .getByText(/channel file 291/)
          .first()
          .waitFor()
        await before.getByRole('link', { name: 'Machines like this one' }).click()
        await page
          .getByText(/[\d,]+ machines?\./)
          .first()
          .waitFor()
      }))

    test('the demo says what to try, and each leads somewhere', () =>
      open('/', DESK, async (page) => {
        const demo = page.getByRole('complementary', { name: 'Demo' })
        await demo.getByRole('link', { name: 'who is next?' }).click()
        await page.waitForURL(/cohort%3Aat-risk|cohort:at-risk/)
        await demo.getByRole('link', { name: 'what is left to do?' }).click()
        await page.getByRole('heading', { level: 1, name: 'Recovery' }).waitFor()
        expect(await demo.getByRole('link').count()).toBe(3)
      }))

    test('a practice is printed on A4: steps, machines, boxes, codes', () =>
      open('/incidents', DESK, async (page) => {
        await page.getByRole('link', { name: incident.title }).click()
        await page
          .getByRole('link', { name: /^Sheet for/ })
          .first()
          .click()
        await page.getByRole('button', { name: 'Print' }).waitFor()
        await page
          .getByRole('img', { name: /^Code for .*page$/ })
          .first()
          .waitFor()
        await page.emulateMedia({ media: 'print' })
        expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false)
        expect((await page.getByText('☐').count()) % 2).toBe(0)
        const pdf = await page.pdf({ preferCSSPageSize: true })
        expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
      }))

    test("a machine's crash is found, with stop code and culprit", () =>
      open('/machines?q=stop%3A0x50', DESK, async (page) => {
        await page.getByRole('table', { name: 'Machines' }).getByRole('link').first().click()
        const crash = page.getByRole('region', { name: 'Last crash' })
        await crash.getByText('PAGE_FAULT_IN_NONPAGED_AREA').waitFor()
        expect(await crash.getByText('csagent.sys').count()).toBeGreaterThan(0)
        await page.getByRole('region', { name: 'What happened, newest first' }).getByText(/0x50/).first().waitFor()
      }))

    test('every page is reached by keyboard, and the focus is seen', () =>
      open('/', DESK, async (page) => {
        await page.getByRole('region', { name: 'Verdict' }).waitFor()
        await page.keyboard.press('Tab')
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
        await page.keyboard.press('Enter')
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
        const outline = await page
          .getByRole('link', { name: 'Machines', exact: true })
          .first()
          .evaluate((link) => {
            link.focus({ focusVisible: true } as FocusOptions)
            return getComputedStyle(link).outlineStyle
          })
        expect(outline).toBe('solid')
        const brick = page.locator('[data-roving][tabindex="0"]')
        await brick.focus()
        await page.keyboard.press('ArrowRight')
        expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-roving'))).toBe(true)
        expect(await page.locator('[data-roving][tabindex="0"]').count()).toBe(1)
      }))
  })
}

// a world takes a minute of a busy machine: these two leave each other's things alone
inDemo((given) => {
  jobs(given)
  admin(given)
})
