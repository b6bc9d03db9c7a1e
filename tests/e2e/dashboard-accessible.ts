import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Given } from './dashboard-given.ts'
import { pagesOf, settled } from './dashboard-pages.ts'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What can differ by night: the page is the same, its colours are not. */
const COLOURS = ['color-contrast', 'link-in-text-block']
const DESK = { width: 1440, height: 900 }
const TELEPHONE = { width: 390, height: 844 }

/** axe on every page, by day and by night; and no page wider than a telephone. */
export function accessible({ world, browser }: Given) {
  describe('for everyone', () => {
    test('axe finds nothing on any page', { timeout: 240_000 }, async () => {
      const pages = await pagesOf(world())
      const found: Record<string, string[]> = {}
      const options = { colorScheme: 'light', viewport: DESK, reducedMotion: 'reduce' } as const
      const signedIn = await world().signIn(browser(), options)
      const stranger = await browser().newContext({ ...options, baseURL: world().collector.url })
      for (const [name, address] of Object.entries(pages)) {
        const page = await (name === 'sign-in' ? stranger : signedIn).newPage()
        await page.goto(address)
        await settled(page)
        const sentences = await violations(page)
        if (sentences.length > 0) found[name] = sentences
        await page.close()
      }
      await signedIn.close()
      await stranger.close()
      expect(found).toEqual({})
    })
  })
}

async function violations(page: Page): Promise<string[]> {
  const day = await new AxeBuilder({ page }).withTags(WCAG).analyze()
  await page.emulateMedia({ colorScheme: 'dark' })
  const night = await new AxeBuilder({ page }).withRules(COLOURS).analyze()
  await page.setViewportSize(TELEPHONE)
  await settled(page)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  const sentences = [...day.violations, ...night.violations].map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`,
  )
  return width > TELEPHONE.width ? [...sentences, `is ${width} px wide on a telephone`] : sentences
}
