import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inDemo } from './dashboard-demo.ts'
import type { Given } from './dashboard-given.ts'

/** Bytes of JavaScript, gzipped, that the overview may load, charts and all. */
const MOST = 160_000

function weight({ world, browser }: Given) {
  describe('on a slow line', () => {
    test('the first page loads at most 160 kB of JavaScript', async () => {
      const context = await world().signIn(browser())
      const page = await context.newPage()
      const scripts: Promise<Buffer>[] = []
      page.on('response', (response) => {
        if (response.url().endsWith('.js')) scripts.push(response.body())
      })
      await page.goto('/')
      await page.locator('.chart-canvas canvas').first().waitFor()
      const bodies = await Promise.all(scripts)
      const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).byteLength, 0)
      expect(bodies.length).toBeGreaterThan(3)
      expect(bytes).toBeLessThan(MOST)
      await context.close()
    })
  })
}

inDemo(weight, { unfolded: false })
