#!/usr/bin/env node
import { settingsOfProcess } from './config/settings.ts'
import { runCli } from './run.ts'

process.exitCode = await runCli(process.argv.slice(2), {
  settings: settingsOfProcess(),
  out: process.stdout,
  err: process.stderr,
})
