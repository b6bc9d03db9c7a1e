import type { Page } from 'playwright-core'
import type { DemoWorld } from '../support/demo-world.ts'
import { isFalcon } from './dashboard-given.ts'

/** What the addresses of pages name. */
interface Seen {
  readonly id: number
  readonly cause: string
  readonly practice: string
  readonly machine: string
  readonly card: string
}

/** Every page of the dashboard, with an address at which there is something to see in the demo's incident. */
const PAGES = {
  overview: () => '/',
  incidents: () => '/incidents',
  incident: ({ id }) => `/incidents/${id}`,
  report: ({ id }) => `/incidents/${id}/report`,
  recovery: ({ id }) => `/incidents/${id}/recovery`,
  machines: ({ id }) => `/machines?q=${encodeURIComponent(`incident:${id} cohort:affected`)}`,
  machine: ({ machine }) => `/machines/${machine}`,
  retired: () => '/retired',
  sensors: () => '/sensors',
  start: () => '/start',
  coverage: () => '/coverage',
  changes: () => '/changes',
  trends: () => '/trends',
  version: ({ cause }) => `/version?key=${encodeURIComponent(cause)}`,
  hold: ({ cause }) => `/hold?key=${encodeURIComponent(cause)}`,
  map: () => '/map',
  practices: () => '/practices',
  practice: ({ practice }) => `/practices/${practice}`,
  sheet: ({ practice, id }) => `/practices/${practice}/sheet?incident=${id}`,
  card: ({ practice }) => `/practices/${practice}/card`,
  here: ({ card }) => card,
  wall: () => '/wall',
  account: () => '/account',
  'settings-enrolment': () => '/settings',
  'settings-practices': () => '/settings/practices',
  'settings-notifications': () => '/settings/notifications',
  'settings-on-call': () => '/settings/on-call',
  'settings-maintenance': () => '/settings/maintenance',
  'settings-runbooks': () => '/settings/runbooks',
  'settings-detection': () => '/settings/detection',
  'settings-users': () => '/settings/users',
  'settings-tokens': () => '/settings/tokens',
  'settings-audit': () => '/settings/audit',
  welcome: () => '/welcome#shown-only',
  'sign-in': () => '/sign-in',
} as const satisfies Record<string, (seen: Seen) => string>

export type PageName = keyof typeof PAGES
export const PAGE_NAMES = Object.keys(PAGES) as PageName[]
/** What a person without an account sees. */
export const STRANGERS: readonly PageName[] = ['sign-in', 'here']

/** The pages' addresses in a world whose incident has unfolded. */
export async function pagesOf(world: DemoWorld): Promise<Record<PageName, string>> {
  const { id } = await world.incident(isFalcon)
  const detail = await world.admin.call('incident', { path: { id } })
  const practice = detail.byPractice[0]?.practice.code ?? ''
  const crashed = await world.admin.call('machines', { query: { q: 'stop:0x50', limit: 1 } })
  const card = await world.admin.call('practiceCard', { path: { code: practice } })
  const seen: Seen = {
    id,
    practice,
    cause: detail.incident.cause?.key ?? '',
    machine: crashed.items[0]?.id ?? '',
    card: card.path,
  }
  return Object.fromEntries(PAGE_NAMES.map((name) => [name, PAGES[name](seen)])) as Record<PageName, string>
}

/** Headings, answers, charts and fonts are there: nothing grey holds a place any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => {
    const charts = [...document.querySelectorAll('.chart')]
    return !document.querySelector('.loading') && charts.every((chart) => chart.querySelector('canvas'))
  })
  await page.evaluate(() => document.fonts.ready)
  // what was laid out last is painted with the frame after the next
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0)))))
}
