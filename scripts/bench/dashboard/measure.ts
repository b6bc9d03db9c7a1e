import type { launchBrowser } from '../../../tests/support/browser.ts'

type Browser = Awaited<ReturnType<typeof launchBrowser>>
export type Page = Awaited<ReturnType<Browser['newPage']>>

/** Milliseconds from the navigation until the verdict and the practices are there and the page answers. */
export async function usableMs(page: Page, path: string): Promise<number> {
  await page.goto(path, { waitUntil: 'commit' })
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector('.verdict h1') && document.querySelector('.brick'))
            // one task later, when what was drawn can be pressed
            setTimeout(() => resolve(performance.now()))
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
}

/** Begins to note how long each press waits before the page begins to handle it. */
export async function watchInput(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: number[] = []
    Object.assign(window, { noted })
    const note = (event: Event) => noted.push(performance.now() - event.timeStamp)
    for (const type of ['keydown', 'pointerdown', 'wheel'])
      document.addEventListener(type, note, { capture: true, passive: true })
  })
}

/** What was noted, in milliseconds. */
export const delays = (page: Page): Promise<number[]> =>
  page.evaluate(() => (window as unknown as { noted: number[] }).noted)

/** The page's JavaScript heap in use, after a collection. */
export async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / 2 ** 20
}
