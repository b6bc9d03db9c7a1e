import { AxeBuilder } from '@axe-core/playwright'
import { describe, expect, test } from 'vitest'
import type { Given } from './dashboard-given.ts'
import { pagesOf, settled } from './dashboard-pages.ts'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const SCREENS = [
  { colorScheme: 'light', width: 1440, height: 900 },
  { colorScheme: 'dark', width: 1440, height: 900 },
  { colorScheme: 'light', width: 390, height: 844 },
] as const

/** axe on every page, by day and by night, and no page wider than a telephone. */
export function accessible({ world, browser }: Given) {
  describe.each(SCREENS)('axe, $colorScheme, $width px', ({ colorScheme, width, height }) => {
    test('finds nothing on any page', { timeout: 180_000 }, async () => {
      const pages = await pagesOf(world())
      const found: Record<string, string[]> = {}
      const signedIn = await world().signIn(browser(), {
        colorScheme,
        viewport: { width, height },
        reducedMotion: 'reduce',
      })
      const stranger = await browser().newContext({
        baseURL: world().collector.url,
        colorScheme,
        viewport: { width, height },
      })
      for (const [name, address] of Object.entries(pages)) {
        const page = await (name === 'sign-in' ? stranger : signedIn).newPage()
        await page.goto(address)
        await settled(page)
        const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze()
        const wide = await page.evaluate(() => document.documentElement.scrollWidth)
        const sentences = violations.map(
          (v) =>
            `${v.id}: ${v.nodes
              .slice(0, 3)
              .map((n) => n.target.join(' '))
              .join('; ')}`,
        )
        if (wide > width) sentences.push(`is ${wide} px wide`)
        if (sentences.length > 0) found[name] = sentences
        await page.close()
      }
      expect(found).toEqual({})
      await signedIn.close()
      await stranger.close()
    })
  })
}
