import { defineConfig } from 'vitest/config'
import LongestFirst from './tests/support/longest-first.ts'
import { useMemoryFolder } from './tests/support/memory-folder.ts'

useMemoryFolder()

/**
 * Ends what would never end. It says nothing of speed: with ten times more to do than it has processors a machine takes a
 * minute and a half for a browser, a fleet and its bad day, and a minute for a few seconds of arithmetic.
 */
const LIMIT_MS = 300_000

// Projects from cheap to dear: `unit` touches no network, `integration` uses real sockets, files and databases, `e2e` a
// real browser, `windows` the real Windows executable under Wine (reported as skipped where wine is not installed).
export default defineConfig({
  test: {
    // A test mostly waits, for a process, a browser, a database: four files at a time keep two cores busy.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    reporters: ['default', './tests/support/summary-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/tests/**/*.test.ts', 'tests/unit/**/*.test.ts'],
          // a process for a third of the files instead of each: to start it and read what is tested was half of their time
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/support/build-programs.ts', 'tests/support/pg-global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts', 'tests/hostile/**/*.test.ts'],
          globalSetup: ['tests/support/build-programs.ts', 'tests/support/pg-global.ts'],
          maxConcurrency: 2,
        },
      },
      {
        extends: true,
        // six processes, two databases and a fleet each
        test: {
          name: 'cluster',
          include: ['tests/cluster/**/*.test.ts'],
          globalSetup: ['tests/support/build-programs.ts'],
          maxConcurrency: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/support/browser.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'windows',
          include: ['tests/windows/**/*.test.ts'],
        },
      },
    ],
  },
})
