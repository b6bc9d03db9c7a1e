import { describe, expect, test } from 'vitest'
import { Coalesced, QueueFull, Serial } from '../../src/flow/index.ts'

/** A work whose end the test decides. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  return { work: () => promise, end: () => resolve(), fail: () => reject(new Error('failed')) }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('Serial', () => {
  test('one at a time, in the order they came, whether or not one fails', async () => {
    const serial = new Serial()
    const [first, second] = [held(), held()]
    const log: string[] = []
    const runs = [
      serial.run(first.work).catch(() => log.push('first failed')),
      serial.run(() => second.work().then(() => log.push('second'))),
      serial.run(async () => log.push('third')),
    ]
    second.end()
    await turn()
    expect(log).toEqual([])
    first.fail()
    await Promise.all(runs)
    expect(log).toEqual(['first failed', 'second', 'third'])
    expect(serial.isIdle).toBe(true)
  })

  test('a bounded number side by side, a bounded number waits, the next is refused', async () => {
    const serial = new Serial({ atOnce: 2, maxWaiting: 1 })
    const works = [held(), held(), held()]
    const runs = works.map(({ work }) => serial.run(work))
    await expect(serial.run(async () => undefined)).rejects.toThrow(QueueFull)
    for (const { end } of works) end()
    await Promise.all(runs)
    await expect(serial.run(async () => 'again')).resolves.toBe('again')
  })

  test('is settled when nothing runs or waits', async () => {
    const serial = new Serial()
    await serial.settled()
    let ended = 0
    void serial.run(async () => turn().then(() => ended++))
    void serial.run(async () => turn().then(() => ended++))
    await serial.settled()
    expect(ended).toBe(2)
  })
})

describe('Coalesced', () => {
  test('what is asked for during a run becomes one run more, begun after it', async () => {
    const works = [held(), held(), held()]
    let begun = 0
    const looks = new Coalesced(() => (works[begun++] as ReturnType<typeof held>).work())
    const first = looks.ask()
    const later = [looks.ask(), looks.ask(), looks.ask()]
    expect(begun).toBe(1)
    works[0]?.end()
    await first
    await turn()
    expect(begun).toBe(2)
    works[1]?.end()
    await Promise.all(later)
    await looks.settled()
    expect([begun, looks.isRunning]).toEqual([2, false])
  })

  test('a run that fails tells those who asked for it, and no others', async () => {
    const works = [held(), held()]
    let begun = 0
    const looks = new Coalesced(() => (works[begun++] as ReturnType<typeof held>).work())
    const first = looks.ask()
    const second = looks.ask()
    works[0]?.fail()
    works[1]?.end()
    await expect(first).rejects.toThrow('failed')
    await expect(second).resolves.toBeUndefined()
  })

  test('never two at once, whenever they are asked for', async () => {
    let running = 0
    let most = 0
    const looks = new Coalesced(async () => {
      most = Math.max(most, ++running)
      await turn()
      running--
    })
    const asked: Promise<void>[] = []
    for (let i = 0; i < 50; i++) {
      asked.push(looks.ask())
      asked.push(Promise.resolve().then(() => looks.ask()))
      if (i % 3 === 0) await Promise.resolve()
      if (i % 7 === 0) await turn()
    }
    await Promise.all(asked)
    expect(most).toBe(1)
  })
})
