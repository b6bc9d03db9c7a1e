/**
 * `npm run screenshots [-- --out DIR] [page ...]`: every page with the demo's incident, at 1440 and 390 px, light and
 * dark, into dist/screenshots; the README's four also into docs/screenshots.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isFalcon } from '../tests/e2e/dashboard-given.ts'
import { type PageName, pagesOf, STRANGERS, settled } from '../tests/e2e/dashboard-pages.ts'
import { launchBrowser } from '../tests/support/browser.ts'
import { startDemoWorld } from '../tests/support/demo-world.ts'

const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]
const THEMES = ['light', 'dark'] as const
const DOCS = 'docs/screenshots'
/** What the README shows, by file: the first look, why, by night, and in the technician's hand. */
const BEST: Readonly<Record<string, string>> = {
  'overview-1440-light': 'overview',
  'incident-1440-light': 'incident',
  'machine-1440-dark': 'machine-dark',
  'recovery-390-light': 'recovery-phone',
}
/** The demo's file comes after a minute, and enough machines are hit a minute later. */
const SPEED = 4
/** So many machines make a picture that is worth looking at. */
const AFFECTED = 250

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: 'dist/screenshots' } },
  allowPositionals: true,
})
mkdirSync(values.out, { recursive: true })
mkdirSync(DOCS, { recursive: true })

const browser = await launchBrowser()
const world = await startDemoWorld()
try {
  world.clock.hurry(SPEED)
  await world.incident((i) => isFalcon(i) && i.cohorts.affected >= AFFECTED)
  // the pictures show one moment of the day, not four
  world.clock.hurry(1)
  const pages = (Object.entries(await pagesOf(world)) as [PageName, string][]).filter(
    ([n]) => positionals.length === 0 || positionals.includes(n),
  )
  for (const viewport of SCREENS)
    for (const colorScheme of THEMES) {
      const signedIn = await world.signIn(browser, { viewport, colorScheme, reducedMotion: 'reduce' })
      const stranger = await browser.newContext({ viewport, colorScheme, baseURL: world.collector.url })
      for (const [name, address] of pages) {
        const page = await (STRANGERS.includes(name) ? stranger : signedIn).newPage()
        await page.goto(address)
        await settled(page)
        const file = `${name}-${viewport.width}-${colorScheme}`
        await page.screenshot({ path: join(values.out, `${file}.png`) })
        const best = BEST[file]
        if (best) copyFileSync(join(values.out, `${file}.png`), join(DOCS, `${best}.png`))
        console.log(join(values.out, `${file}.png`))
        await page.close()
      }
      await signedIn.close()
      await stranger.close()
    }
} finally {
  await browser.close()
  await world.close()
}
process.exit(0)
