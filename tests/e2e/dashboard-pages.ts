import type { Page } from 'playwright-core'
import type { DemoWorld } from '../support/demo-world.ts'
import { isFalcon } from './dashboard-given.ts'

/** Every page of the dashboard by name, with an address at which there is something to see in the demo's incident. */
export async function pagesOf(world: DemoWorld): Promise<Record<string, string>> {
  const { id } = await world.incident(isFalcon)
  const detail = await world.admin.call('incident', { path: { id } })
  const practice = detail.byPractice[0]?.practice.code ?? ''
  const crashed = await world.admin.call('machines', { query: { q: 'stop:0x50', limit: 1 } })
  return {
    overview: '/',
    incidents: '/incidents',
    incident: `/incidents/${id}`,
    recovery: `/incidents/${id}/recovery`,
    machines: `/machines?q=${encodeURIComponent(`incident:${id} cohort:affected`)}`,
    machine: `/machines/${crashed.items[0]?.id ?? ''}`,
    sensors: '/sensors',
    version: `/version?key=${encodeURIComponent(detail.incident.cause?.key ?? '')}`,
    practices: '/practices',
    practice: `/practices/${practice}`,
    sheet: `/practices/${practice}/sheet?incident=${id}`,
    'settings-enrolment': '/settings',
    'settings-practices': '/settings/practices',
    'settings-notifications': '/settings/notifications',
    'settings-maintenance': '/settings/maintenance',
    'settings-runbooks': '/settings/runbooks',
    'settings-detection': '/settings/detection',
    'settings-users': '/settings/users',
    'settings-tokens': '/settings/tokens',
    'settings-audit': '/settings/audit',
    wall: '/wall',
    welcome: '/welcome#shown-only',
    'sign-in': '/sign-in',
  }
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
