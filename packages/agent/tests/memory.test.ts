import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const MEMORY = pathToFileURL(join(import.meta.dirname, '../src/run/memory.ts')).href

/** In a process of its own, whose V8 is its own: calls a hundred functions once, and tells what V8 keeps of their code. */
const PROGRAM = `
import { getHeapCodeStatistics } from 'node:v8'
import { keepMemorySmall } from '${MEMORY}'
const giveBack = keepMemorySmall()
const body = Array.from({ length: 100 }, (_, n) => 'text += String(value * ' + n + ').slice(1)').join(';')
const functions = (0, eval)('[' + Array.from({ length: 100 }, () => '(value) => { let text = ""; ' + body + '; return text }') + ']')
const call = () => functions.map((run) => run(7).length).reduce((sum, length) => sum + length, 0)
const first = call()
const size = () => getHeapCodeStatistics().bytecode_and_metadata_size
giveBack()
const usual = size()
giveBack('code')
const thorough = size()
console.log(JSON.stringify({ usual, thorough, isSame: call() === first }))
`

test('what V8 made of functions that ran once is given back when it is asked for, and they run again', () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], { encoding: 'utf8' })
  const { usual, thorough, isSame } = JSON.parse(output) as { usual: number; thorough: number; isSame: boolean }
  expect(thorough).toBeLessThan(usual / 2)
  expect(isSame).toBe(true)
})
