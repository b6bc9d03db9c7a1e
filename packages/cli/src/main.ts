#!/usr/bin/env node
import { settingsOfProcess } from './config/settings.ts'
import { runCli } from './run.ts'

// `pumphandle machines | head` ends the reader first: that is no fault
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})
process.exitCode = await runCli(process.argv.slice(2), {
  settings: settingsOfProcess(),
  out: process.stdout,
  err: process.stderr,
})
