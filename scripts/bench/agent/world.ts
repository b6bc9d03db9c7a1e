import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainSealer, writeSettings } from '../../../packages/agent/src/config/settings-file.ts'
import { memoryDump } from '../../../tests/support/memory-dump.ts'
import { sharedDir } from '../../../tests/support/shared.ts'
import { STAND_IN_MACHINE, STAND_IN_SECRET } from '../../../tests/support/stand-in-collector.ts'

/** A Windows volume with a crash on it, an enrolled agent's data folder, and a certificate of its collector. */
export interface World {
  volume: string
  data: string
  tls: { key: string; cert: string }
  /** Writes the agent's settings for a collector at this address. */
  enrol(collectorUrl: string): void
  remove(): void
}

/** Makes one in a folder of its own; the event log is a real one where the artefacts are at hand. */
export function makeWorld(): World {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-bench-'))
  const volume = join(folder, 'volume')
  const data = join(folder, 'data')
  const windows = join(volume, 'Windows')
  for (const part of ['System32/winevt/Logs', 'System32/drivers/CrowdStrike', 'Minidump'])
    mkdirSync(join(windows, part), { recursive: true })
  mkdirSync(data)
  const log = sharedDir && join(sharedDir, 'windows-artefacts/eventlogs/pyevtx_system.evtx')
  if (log && existsSync(log)) cpSync(log, join(windows, 'System32/winevt/Logs/System.evtx'))
  writeFileSync(join(windows, 'MEMORY.DMP'), memoryDump(Date.now() - 60_000))
  const tls = makeCertificate(folder)
  const pem = tls.cert
  return {
    volume,
    data,
    tls,
    enrol(collectorUrl) {
      const caSha256 = createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')
      const settings = { collectorUrl, caSha256, machine: STAND_IN_MACHINE, site: 'A81001' }
      writeSettings(data, settings, { machineSecret: STAND_IN_SECRET }, plainSealer)
      writeFileSync(join(data, 'ca.pem'), pem)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A self-signed certificate for localhost, by the openssl program. */
export function makeCertificate(folder: string): { key: string; cert: string } {
  const key = join(folder, 'key.pem')
  const cert = join(folder, 'cert.pem')
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '3', ...names], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}
