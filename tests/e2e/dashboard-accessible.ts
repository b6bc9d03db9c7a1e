import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import type { Given } from './dashboard-given.ts'
import { type PageName, pagesOf, STRANGERS, settled } from './dashboard-pages.ts'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What can differ by night: the page is the same, its colours are not. */
const COLOURS = ['color-contrast', 'link-in-text-block']
const DESK = { width: 1440, height: 900 }
const TELEPHONE = { width: 390, height: 844 }
/** What is as wide as before by then stays so. */
const FOLLOWS_WITHIN_MS = 10_000

/** axe on each of these pages, by day and by night; and none wider than a telephone. */
export function accessible(names: readonly PageName[]): (given: Given) => void {
  return ({ world, browser }) => {
    let pages: Record<PageName, string>
    let admin: BrowserContext
    let stranger: BrowserContext
    beforeAll(async () => {
      pages = await pagesOf(world())
      const options = { colorScheme: 'light', viewport: DESK, reducedMotion: 'reduce' } as const
      admin = await world().signIn(browser(), options)
      stranger = await browser().newContext({ ...options, baseURL: world().collector.url })
    })

    test.each(names)('%s: axe finds nothing', async (name) => {
      const context = STRANGERS.includes(name) ? stranger : admin
      const found = async (): Promise<string[]> => {
        const page = await context.newPage()
        await page.goto(pages[name])
        await settled(page)
        const wrong = await violations(page)
        await page.close()
        return wrong
      }
      const wrong = await found()
      // A practice that stops while axe looks has the words of before on the ground of after: what is wrong is so twice.
      const again = wrong.length > 0 ? await found() : []
      expect(wrong.filter((sentence) => again.includes(sentence))).toEqual([])
    })
  }
}

/** What is in order is not described: that is most of the work, and of what crosses to this process. */
function axe(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
}

export async function violations(page: Page): Promise<string[]> {
  // a colour on its way to another is neither
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const day = await axe(page).withTags(WCAG).analyze()
  await page.emulateMedia({ colorScheme: 'dark' })
  const night = await axe(page).withRules(COLOURS).analyze()
  await page.setViewportSize(TELEPHONE)
  await settled(page)
  const width = await narrowed(page)
  const sentences = [...day.violations, ...night.violations].map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`,
  )
  return width > TELEPHONE.width ? [...sentences, `is ${width} px wide on a telephone`] : sentences
}

/** Pixels that the page takes once it has followed the screen: a busy browser draws charts anew some frames later. */
async function narrowed(page: Page): Promise<number> {
  await page
    .waitForFunction((px) => document.documentElement.scrollWidth <= px, TELEPHONE.width, {
      timeout: FOLLOWS_WITHIN_MS,
    })
    .catch(() => undefined)
  return page.evaluate(() => document.documentElement.scrollWidth)
}
