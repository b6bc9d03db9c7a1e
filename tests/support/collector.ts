import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { hasOpenssl, makeCertificate } from './agent-process.ts'
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

/**
 * Settings of a collector that ends TLS itself, by a certificate of the test's own that this process trusts from then on;
 * none where no certificate can be made here.
 */
export function tlsOf({ dataDir }: TestDatabase): Record<string, string> {
  if (!hasOpenssl) return {}
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(dataDir, name)) as [string, string]
  if (!existsSync(cert)) setDefaultCACertificates([...getCACertificates('default'), makeCertificate(dataDir).cert])
  return { PUMPHANDLE_TLS_CERT: cert, PUMPHANDLE_TLS_KEY: key }
}

/** A real collector in this process that ends TLS: what an attack meets. @param more settings, by their names in the environment */
export function collectorOverTls(database: TestDatabase, more: Record<string, string> = {}): Promise<Collector> {
  return collectorOn(database, { ...tlsOf(database), ...more })
}
