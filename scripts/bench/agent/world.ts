import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainSealer, writeSettings } from '../../../packages/agent/src/config/settings-file.ts'
import { newKey } from '../../../packages/agent/src/uplink/key.ts'
import { makeCertificate } from '../../../tests/support/agent-process.ts'
import { memoryDump } from '../../../tests/support/memory-dump.ts'
import { sharedDir } from '../../../tests/support/shared.ts'
import { STAND_IN_MACHINE } from '../../../tests/support/stand-in-collector.ts'

/**
 * What the agent's process finds in its environment: on Windows its service puts at rest what Node reads of the machine's
 * own, such as authorities to be trusted besides, which take longer to load than all that the agent does.
 */
export const ENVIRONMENT: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(NODE_|SSL_CERT_|OPENSSL_)/.test(name)),
)

/** A Windows volume with a crash on it, an enrolled agent's data folder, and a certificate of its collector. */
export interface World {
  volume: string
  data: string
  tls: { key: string; cert: string }
  /** Writes the agent's settings for a collector at this address. */
  enrol(collectorUrl: string): void
  /** Puts a channel file where CrowdStrike's sensor keeps them. */
  dropChannelFile(channel: number): void
  remove(): void
}

/** Makes one in a folder of its own; the event log is the given one, or a real one where the artefacts are at hand. */
export function makeWorld(given?: Buffer): World {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-bench-'))
  const volume = join(folder, 'volume')
  const data = join(folder, 'data')
  const windows = join(volume, 'Windows')
  for (const part of ['System32/winevt/Logs', 'System32/drivers/CrowdStrike', 'Minidump'])
    mkdirSync(join(windows, part), { recursive: true })
  mkdirSync(data)
  const systemLog = join(windows, 'System32/winevt/Logs/System.evtx')
  const log = sharedDir && join(sharedDir, 'windows-artefacts/eventlogs/pyevtx_system.evtx')
  if (given) writeFileSync(systemLog, given)
  else if (log && existsSync(log)) cpSync(log, systemLog)
  writeFileSync(join(windows, 'MEMORY.DMP'), memoryDump(Date.now() - 60_000))
  const tls = makeCertificate(folder)
  return {
    volume,
    data,
    tls,
    enrol(collectorUrl) {
      const settings = { collectorUrl, caSha256: tls.sha256, machine: STAND_IN_MACHINE, site: 'A81001' }
      writeSettings(data, settings, { key: newKey() }, plainSealer)
      writeFileSync(join(data, 'ca.pem'), tls.cert)
    },
    dropChannelFile(channel) {
      const name = `C-${String(channel).padStart(8, '0')}-00000000-00000001.sys`
      writeFileSync(join(windows, 'System32/drivers/CrowdStrike', name), Buffer.alloc(1000, 0xaa))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
