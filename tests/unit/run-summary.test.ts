import { expect, test } from 'vitest'
import { type FileSummary, type RunSummary, summed, toTryAgain, withStrays } from '../support/run-summary.ts'

const file = (path: string, failed: number, project = path.split('/')[1] ?? ''): FileSummary => ({
  path,
  project,
  passed: 10,
  failed,
  skipped: 0,
  ...(failed > 0 ? { wrong: `${path} > it works: timed out` } : {}),
})
const run = (files: FileSummary[], unhandled = 0): RunSummary => ({ files, unhandled })

const held = file('tests/integration/held.test.ts', 0)
const failed = file('tests/e2e/failed.test.ts', 1)

test('what failed of the files with processes is run once more', () => {
  expect(toTryAgain(run([held, failed]))).toEqual([failed.path])
  expect(toTryAgain(run([held]))).toEqual([])
})

test('nothing is tried again where a unit test failed, an error belongs to no file, or the machine is not to blame', () => {
  expect(toTryAgain(run([failed, file('tests/unit/rule.test.ts', 1)]))).toEqual([])
  expect(toTryAgain(run([failed], 1))).toEqual([])
  expect(toTryAgain(run(Array.from({ length: 9 }, (_, n) => file(`tests/faults/${n}.test.ts`, 1))))).toEqual([])
})

test('what a timer or a socket throws beside the tests of a file is that file’s, which is run once more', () => {
  const strays = [{ path: held.path, message: 'read ECONNRESET' }]
  const stray = { ...held, failed: 1, wrong: 'outside of any test: read ECONNRESET' }
  expect(withStrays([held, failed], strays)).toEqual(run([stray, failed]))
  expect(toTryAgain(withStrays([held, failed], strays))).toEqual([held.path, failed.path])
  expect(withStrays([held], [{ path: undefined, message: 'a worker ended' }])).toEqual(run([held], 1))
})

test('of a file that was run twice the second try counts, and what was wrong at the first is kept', () => {
  const better = { ...file(failed.path, 0), passed: 59 }
  expect(summed(run([held, failed]), run([better]))).toEqual(run([held, { ...better, firstTry: failed.wrong ?? '' }]))
})

test('a file that failed twice has failed, with what was wrong at the second', () => {
  const again = { ...failed, wrong: 'it works: timed out again' }
  expect(summed(run([held, failed]), run([again]))).toEqual(run([held, again]))
})
