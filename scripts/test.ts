// `npm test`: all tests, and those files that failed once more, alone (decision 0152). Its last line is the sum of both.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunSummary, SUMMARY_FILE, summed, toTryAgain } from '../tests/support/run-summary.ts'

const folder = mkdtempSync(join(tmpdir(), 'pumphandle-run-'))
let isInterrupted = false

/** @returns vitest's exit code and what it counted; nothing where it ended before it could count */
async function vitest(name: string, args: readonly string[]): Promise<{ code: number; summary?: RunSummary }> {
  const file = join(folder, name)
  const child = spawn('vitest', ['run', ...args], {
    stdio: 'inherit',
    env: { ...process.env, [SUMMARY_FILE]: file },
    shell: process.platform === 'win32',
  })
  const end = (signal: NodeJS.Signals) => {
    isInterrupted = true
    if (signal !== 'SIGINT') child.kill(signal) // Ctrl-C reaches vitest by itself
  }
  process.on('SIGTERM', end).on('SIGINT', end)
  const code = await new Promise<number>((done, failed) => {
    child.on('error', failed)
    child.on('exit', (exit) => done(exit ?? 1))
  })
  process.off('SIGTERM', end).off('SIGINT', end)
  try {
    return { code, summary: JSON.parse(readFileSync(file, 'utf8')) as RunSummary }
  } catch {
    return { code }
  }
}

const first = await vitest('first.json', process.argv.slice(2))
let { code, summary } = first
const again = summary === undefined || isInterrupted ? [] : toTryAgain(summary)
if (summary !== undefined && again.length > 0) {
  console.log(`\nOnce more, alone: ${again.join(', ')}\n`)
  const second = await vitest('second.json', [...again, '--maxWorkers', '1'])
  code = second.code
  if (second.summary !== undefined) summary = summed(summary, second.summary)
}
rmSync(folder, { recursive: true })

for (const file of summary?.files ?? []) {
  if (file.firstTry !== undefined)
    console.log(`\nheld at the second try only: ${file.path}\n  at the first: ${file.firstTry}`)
}
const skipped = summary?.files.reduce((n, file) => n + file.skipped, 0) ?? 0
if (skipped > 0) console.log(`\n${skipped} skipped: what they need is not on this machine`)
const passed = summary?.files.reduce((n, file) => n + file.passed, 0) ?? 0
const failed = summary?.files.reduce((n, file) => n + file.failed, summary.unhandled) ?? 1
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = code
