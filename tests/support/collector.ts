import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import type { TestDatabase } from './databases.ts'

/** Settings of a collector on any free port over a test's database. */
export function envOf(database: TestDatabase): Record<string, string> {
  return {
    PUMPHANDLE_PORT: '0',
    PUMPHANDLE_DATA: database.dataDir,
    PUMPHANDLE_DATABASE: database.address,
    PUMPHANDLE_LOG_LEVEL: 'silent',
  }
}

/** A real collector in this process. @param more settings, by their names in the environment */
export function collectorOn(database: TestDatabase, more: Record<string, string> = {}): Promise<Collector> {
  return startCollector(readConfig({ ...envOf(database), ...more }))
}
