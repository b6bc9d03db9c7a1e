import { defineConfig } from 'vitest/config'
import LongestFirst from './tests/support/longest-first.ts'
import { useMemoryFolder } from './tests/support/memory-folder.ts'

useMemoryFolder()

// Projects from cheap to dear: `unit` touches no network, `integration` uses real sockets, files and databases, `e2e` a
// real browser, `windows` the real Windows executable under Wine (reported as skipped where wine is not installed).
export default defineConfig({
  test: {
    // A test mostly waits, for a process, a browser, a database: three files at a time keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './tests/support/summary-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/tests/**/*.test.ts', 'tests/unit/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/support/build-programs.ts', 'tests/support/pg-global.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts', 'tests/hostile/**/*.test.ts'],
          globalSetup: ['tests/support/build-programs.ts', 'tests/support/pg-global.ts'],
          hookTimeout: 60_000,
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
          hookTimeout: 60_000,
          maxConcurrency: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/support/browser.ts'],
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'windows',
          include: ['tests/windows/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
})
