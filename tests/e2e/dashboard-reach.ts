import { DAY, HOUR } from '@pumphandle/shared/time'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Given, isFalcon } from './dashboard-given.ts'
import { pagesOf, settled } from './dashboard-pages.ts'

const DESK = { width: 1440, height: 900 }
/** More presses of Tab than any part of a page is away, twice around: a list that moves gives the focus back to the page's top. */
const PRESSES = 240

/** Whatever one works with: keys alone, a scrollbar, letters twice as large, no motion. */
export function reach({ world, browser }: Given) {
  describe('by whatever means', () => {
    let incident: { id: number; title: string }
    beforeAll(async () => {
      incident = await world().incident(isFalcon)
    })

    async function open(path: string, options: object, job: (page: Page) => Promise<void>): Promise<void> {
      const context = await world().signIn(browser(), options)
      const page = await context.newPage()
      await page.goto(path)
      await job(page)
      await context.close()
    }

    test('the bad day is walked by keyboard, from the overview to a machine that is marked', () =>
      open('/', { viewport: DESK }, async (page) => {
        await tabTo(page, incident.title)
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { level: 1, name: incident.title }).waitFor()
        await tabTo(page, 'Affected')
        await page.keyboard.press('Enter')
        // whichever has the focus: lists move while machines fail
        await page.getByRole('table', { name: 'Machines' }).getByRole('link').first().waitFor()
        const name = await tabToMachine(page)
        await page.keyboard.press('Enter')
        const marks = page.getByRole('toolbar', { name: `Mark ${name}` })
        await marks.waitFor()
        await tabTo(page, 'Recovered')
        await page.keyboard.press('Enter')
        await marks.getByRole('button', { name: 'Recovered', pressed: true }).waitFor()
        const board = await world().admin.call('recovery', { path: { id: incident.id }, query: { limit: 500 } })
        expect(board.items.find((row) => row.name === name)?.mark).toBe('recovered')
        await page.keyboard.press('?')
        await page.getByRole('dialog', { name: 'Keys' }).getByText('Search machines').waitFor()
        await page.keyboard.press('Escape')
        await page.keyboard.press('g')
        await page.keyboard.press('p')
        await page.getByRole('heading', { level: 1, name: 'Practices' }).waitFor()
      }))

    test('the end of a long list is asked for directly', () =>
      open('/machines', { viewport: DESK }, async (page) => {
        const list = page.getByRole('region', { name: 'Machines found' })
        await list.getByRole('link').first().waitFor()
        const total = Number(await page.getByRole('table', { name: 'Machines' }).getAttribute('aria-rowcount')) - 1
        const asked: string[] = []
        page.on('request', (request) => {
          if (new URL(request.url()).pathname.endsWith('/machines')) asked.push(request.url())
        })
        await list.evaluate((element) => {
          element.scrollTop = element.scrollHeight
        })
        await page
          .locator(`[role=row][aria-rowindex="${total + 1}"]`)
          .getByRole('link')
          .first()
          .waitFor()
        expect(asked.filter((url) => url.includes('offset=')).length).toBeGreaterThan(0)
        expect(asked.length).toBeLessThan(4)
      }))

    test('letters of twice the size push nothing off a page', () =>
      open('/', { viewport: { width: DESK.width / 2, height: DESK.height / 2 } }, async (page) => {
        const wide: string[] = []
        for (const [name, address] of Object.entries(await pagesOf(world()))) {
          await page.goto(address)
          await settled(page)
          const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
          if (scrollWidth > clientWidth) wide.push(`${name}: ${scrollWidth} of ${clientWidth} px`)
        }
        expect(wide).toEqual([])
      }))

    test('a dialog that is left by Escape gives the focus back to what opened it', () =>
      open(`/incidents/${incident.id}`, { viewport: DESK }, async (page) => {
        for (const name of ['Resolve', 'Merge']) {
          const opener = page.getByRole('button', { name, exact: true })
          await opener.focus()
          await page.keyboard.press('Enter')
          const dialog = page.getByRole('dialog')
          await dialog.waitFor()
          expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true)
          await page.keyboard.press('Escape')
          await dialog.waitFor({ state: 'detached' })
          expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true)
        }
      }))

    test('what is removed leaves the focus to the next of its kind, and the last one to the heading', async () => {
      const from = world().clock.now() + DAY
      for (const title of ['Morning', 'Noon', 'Night'])
        await world().admin.call('maintenanceAdd', {
          body: { title, q: 'name:none', from, until: from + HOUR, repeats: 'once' },
        })
      await open('/settings/maintenance', { viewport: DESK }, async (page) => {
        const remove = async (title: string) => {
          await page.getByRole('button', { name: `Remove ${title}` }).focus()
          await page.keyboard.press('Enter')
          await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).focus()
          await page.keyboard.press('Enter')
          await page.getByRole('row', { name: new RegExp(title) }).waitFor({ state: 'detached' })
          return page.evaluate(() => document.activeElement?.textContent)
        }
        await page.getByRole('row', { name: /Noon/ }).waitFor()
        const [first = '', second = '', third = ''] = await page.locator('tbody th').allInnerTexts()
        expect(await remove(second)).toBe(`Remove ${third}`)
        expect(await remove(third)).toBe(`Remove ${first}`)
        expect(await remove(first)).toBe('Maintenance windows')
      })
    })

    test('who has colours of their own still sees charts, bars, and what is pressed', () =>
      open('/', { viewport: DESK, forcedColors: 'active' }, async (page) => {
        await settled(page)
        const bars = await page
          .locator('.state-bar span')
          .evaluateAll((spans) => spans.map((span) => getComputedStyle(span).backgroundColor))
        // as many colours as without: asleep and off share one
        expect(new Set(bars).size).toBe(bars.length - 1)
        const drawn = await page
          .locator('.chart canvas')
          .first()
          .evaluate((canvas: HTMLCanvasElement) => {
            const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
            let red = 0
            for (let i = 0; i < pixels.length; i += 4)
              if ((pixels[i] ?? 0) > 2 * (pixels[i + 1] ?? 0) && (pixels[i + 3] ?? 0) > 200) red++
            return red
          })
        expect(drawn, 'crashes are red').toBeGreaterThan(0)
        const pressed = page.getByRole('button', { pressed: true }).first()
        expect(await pressed.evaluate((button) => getComputedStyle(button).outlineStyle)).toBe('solid')
        expect(
          await page
            .getByRole('link', { name: 'Overview', exact: true })
            .first()
            .evaluate((link) => getComputedStyle(link).outlineStyle),
        ).toBe('solid')
      }))

    test('nothing moves for those who asked for no motion', () =>
      open('/', { viewport: DESK, reducedMotion: 'reduce' }, async (page) => {
        await settled(page)
        const moving = await page.evaluate(() =>
          document.getAnimations().map((animation) => Number(animation.effect?.getComputedTiming().duration ?? 0)),
        )
        expect(moving.filter((ms) => ms > 1)).toEqual([])
      }))
  })
}

/** Presses Tab until a machine of a list has the focus; its name. */
async function tabToMachine(page: Page): Promise<string> {
  for (let i = 0; i < PRESSES; i++) {
    await page.keyboard.press('Tab')
    const name = await page.evaluate(() => {
      const element = document.activeElement
      const isMachine = /^\/machines\/./.test(element?.getAttribute('href') ?? '')
      return isMachine && element?.closest('table, [role="table"]') ? element.textContent : null
    })
    if (name !== null) return name
  }
  throw new Error(`No machine is reached by ${PRESSES} presses of Tab`)
}

/** Presses Tab until what has the focus says so, and shows that it has it. */
async function tabTo(page: Page, name: string): Promise<void> {
  // presses are quicker than a page
  await page.locator('a, button').filter({ hasText: name, visible: true }).first().waitFor()
  for (let i = 0; i < PRESSES; i++) {
    await page.keyboard.press('Tab')
    const focus = await page.evaluate(() => {
      const element = document.activeElement
      return { text: element?.textContent ?? '', outline: element ? getComputedStyle(element).outlineStyle : 'none' }
    })
    if (!focus.text.includes(name) || focus.text.length > name.length + 60) continue
    expect(focus.outline).toBe('solid')
    return
  }
  throw new Error(`${name} is not reached by ${PRESSES} presses of Tab`)
}
