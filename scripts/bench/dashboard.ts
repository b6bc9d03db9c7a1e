// npm run bench:dashboard [-- --minutes 10 --machines 100000 --memory-alone]: the page over a seeded fleet and an unfolding incident, in
// a real browser. Prints one JSON object a line; `ratio` is value to limit, below 1 is within.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createClient } from '@pumphandle/shared/client'
import { launchBrowser } from '../../tests/support/browser.ts'
import { browserFetch, PASSWORD } from '../../tests/support/signed-in.ts'
import { answer } from './dashboard/answer.ts'
import { bareCost, costOf } from './dashboard/cost.ts'
import { delays, heapMb, usableMs, watchInput } from './dashboard/measure.ts'
import { tokensFor } from './dashboard/readers.ts'
import type { Ask, Tell } from './dashboard/world.ts'
import { build } from './query/build.ts'

const EVENTS_PER_MACHINE = 3
const CHANGES_PER_SECOND = 1000
const NAVIGATIONS = 5
const RAISED_WITHIN_S = 180
/** Key presses and clicks while changes arrive, and between two of them. */
const INPUTS = 60
/** Of the page's memory, evenly over the minutes. */
const SAMPLES = 20
const INPUT_EVERY_MS = 250
/** Pages and streams whose cost is told apart from the collector's other work: more than browsers could be. */
const PAGES = 20
const STREAMS = 1000
const CHANGES_SECONDS = 10
const LIMITS = { usableMs: 1500, inputMs: 100, growthMb: 10 }

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    machines: { type: 'string', default: '100000' },
    // nothing after the page's memory
    'memory-alone': { type: 'boolean', default: false },
  },
})
const machines = Number(values.machines)
const folder = mkdtempSync(join(tmpdir(), 'bench-dashboard-'))
const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))

function report(figure: string, value: number, unit: string, limit?: number): void {
  const rounded = (n: number): number => Number(n.toPrecision(4))
  const line = { bench: 'dashboard', figure, value: rounded(value), unit }
  console.log(JSON.stringify(limit === undefined ? line : { ...line, limit, ratio: rounded(value / limit) }))
}
const quantile = (of: number[], q: number) =>
  of.toSorted((a, b) => a - b)[Math.min(of.length - 1, Math.floor(q * of.length))] ?? 0

async function startWorld(): Promise<{ child: ChildProcess; ready: Extract<Tell, { tell: 'ready' }> }> {
  const file = join(folder, 'pumphandle.db')
  await build(file, { machines, events: machines * EVENTS_PER_MACHINE })
  // the query benchmark's incident has members but no story to show: the one of this benchmark is raised by the detector
  const db = new DatabaseSync(file)
  db.exec('delete from incident_machine; delete from incident')
  db.close()
  const child = fork(fileURLToPath(new URL('dashboard/world.ts', import.meta.url)), [folder, String(machines)])
  return { child, ready: await answer<Extract<Tell, { tell: 'ready' }>>(child) }
}

const { child, ready } = await startWorld()
const ask = (message: Ask) => child.connected && child.send(message)
async function cost(): Promise<Extract<Tell, { tell: 'cost' }>> {
  ask({ ask: 'cost' })
  return answer(child)
}

/** The incident is what people open the page for, and the page is another with it. */
async function untilRaised(admin: ReturnType<typeof createClient>): Promise<void> {
  for (let waited = 0; waited < RAISED_WITHIN_S; waited++) {
    if ((await admin.call('incidents', { query: {} })).items.length > 0) return
    await sleep(1000)
  }
  console.error(`no incident was raised within ${RAISED_WITHIN_S} s; what follows is measured without one`)
}

/** The collector's heap after a collection, MB, and the changes until then. */
async function memory(): Promise<{ heapMb: number; changes: number }> {
  ask({ ask: 'memory' })
  const { heapMb, changes } = await answer<Extract<Tell, { tell: 'memory' }>>(child)
  return { heapMb: Number(heapMb.toPrecision(4)), changes }
}

/** What pages and streams cost the collector. */
async function costs(send: ReturnType<typeof browserFetch>): Promise<void> {
  const admin = createClient({ url: ready.url, fetch: send })
  const tokens = await tokensFor(admin, ready.url, STREAMS)
  const incident = (await admin.call('incidents', { query: {} })).items[0]?.id ?? null
  await cost()
  const readers = { url: ready.url, tokens, incident }
  const pages = await costOf(cost, { kind: 'pages', count: PAGES, ...readers })
  report("collector's CPU for one open page, median of paired rounds", pages.cpuMs, 'ms/s')
  report("collector's CPU for one open page, lower quartile of the rounds", pages.quartiles[0], 'ms/s')
  report("collector's CPU for one open page, upper quartile of the rounds", pages.quartiles[1], 'ms/s')
  const streams = await costOf(cost, { kind: 'streams', count: STREAMS, ...readers })
  report('messages a second to one page', streams.messagesPerSecond, '1/s')
  report('bytes a second to one page', streams.bytesPerSecond, 'B/s')
  report('writes a second to one page', streams.writesPerSecond, '1/s')
  const bare = await bareCost(streams, STREAMS)
  report("collector's CPU for one page's live stream, median of paired rounds", streams.cpuMs, 'ms/s', bare)
  report("collector's CPU for one page's live stream, lower quartile of the rounds", streams.quartiles[0], 'ms/s')
  report("collector's CPU for one page's live stream, upper quartile of the rounds", streams.quartiles[1], 'ms/s')
  await cost()
  await sleep(CHANGES_SECONDS * 1000)
  const { changes, overMs } = await cost()
  report('changes a second that arrived', (1000 * changes) / overMs, '1/s')
}

const browser = await launchBrowser({ isMeasured: true })
try {
  const send = browserFetch(ready.url)
  const response = await send(`${ready.url}/api/v1/session/redeem`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: ready.signInLink.split('#')[1], name: 'Bench', password: PASSWORD }),
  })
  const [name = '', value = ''] = (response.headers.getSetCookie()[0]?.split(';')[0] ?? '').split('=')
  const context = async () => {
    const made = await browser.newContext({ baseURL: ready.url, viewport: { width: 1440, height: 900 } })
    await made.addCookies([{ name, value, url: ready.url }])
    return made
  }

  // each time in a browser that has seen nothing yet
  const first: number[] = []
  for (let i = 0; i < NAVIGATIONS; i++) {
    const cold = await context()
    first.push(await usableMs(await cold.newPage(), '/'))
    await cold.close()
  }
  report('overview usable after navigation, cold browser, median', quantile(first, 0.5), 'ms', LIMITS.usableMs)

  ask({ ask: 'changes', perSecond: CHANGES_PER_SECOND })
  const busy = await context()
  const page = await busy.newPage()
  const crashed = new Promise<never>((_resolve, reject) => {
    page.once('crash', () => reject(new Error('the page crashed')))
  })
  await untilRaised(createClient({ url: ready.url, fetch: send }))
  const whileBusy: number[] = []
  for (let i = 0; i < NAVIGATIONS; i++) {
    const cold = await context()
    whileBusy.push(await usableMs(await cold.newPage(), '/'))
    await cold.close()
  }
  await usableMs(page, '/')
  const word = 'overview usable while changes arrive and an incident unfolds, cold browser, median'
  report(word, quantile(whileBusy, 0.5), 'ms', LIMITS.usableMs)
  await watchInput(page)
  for (let i = 0; i < INPUTS; i++) {
    if (i % 3 === 0) await page.mouse.click(720, 60)
    else await page.keyboard.press(i % 2 ? 'Tab' : 'ArrowRight')
    await sleep(INPUT_EVERY_MS)
  }
  const waited = await delays(page)
  report('input delay on the overview at 1,000 changes a second, p95', quantile(waited, 0.95), 'ms', LIMITS.inputMs)
  report('input delay on the overview at 1,000 changes a second, longest', Math.max(...waited), 'ms', LIMITS.inputMs)

  await page.goto('/machines')
  await page.getByRole('table', { name: 'Machines' }).waitFor()
  await watchInput(page)
  await page.mouse.move(800, 600)
  for (let i = 0; i < INPUTS; i++) {
    await page.mouse.wheel(0, i % 10 === 9 ? 40_000 : 900)
    await page.keyboard.press('Shift')
    await sleep(INPUT_EVERY_MS / 2)
  }
  report(
    'input delay on the machines page while scrolling, p95',
    quantile(await delays(page), 0.95),
    'ms',
    LIMITS.inputMs,
  )

  await usableMs(page, '/')
  // one that grows as long as it is open is told from one that fills what it keeps by how it grows
  const samples = [await heapMb(page)]
  const collectors = [await memory()]
  for (let sample = 1; sample <= SAMPLES; sample++) {
    await Promise.race([sleep((Number(values.minutes) * 60_000) / SAMPLES), crashed])
    samples.push(await heapMb(page))
    collectors.push(await memory())
  }
  const [before = 0, half = 0, after = 0] = [0, SAMPLES / 2, SAMPLES].map((at) => samples[at] ?? 0)
  report('memory of the page at first', before, 'MB')
  report(`memory of the page grows in ${values.minutes} min`, Math.max(0, after - before), 'MB', LIMITS.growthMb)
  report('of that in the second half', after - half, 'MB')
  console.log(JSON.stringify({ bench: 'dashboard', figure: 'memory of the page', samples, unit: 'MB' }))
  console.log(
    JSON.stringify({ bench: 'dashboard', figure: "collector's heap meanwhile", samples: collectors, unit: 'MB' }),
  )
  await busy.close()
  if (!values['memory-alone']) await costs(send)
} finally {
  await browser.close()
  ask({ ask: 'end' })
  await Promise.race([once(child, 'exit'), sleep(5000)])
  child.kill()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)
