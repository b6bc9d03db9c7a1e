import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from './private-file.ts'
import type { Secrets, Settings } from './settings.ts'

/** Seals secrets for the disk: Windows' Data Protection API there, nothing but the file's mode elsewhere. */
export interface Sealer {
  protect(plain: Buffer): Buffer
  unprotect(sealed: Buffer): Buffer
}

/** For machines without Windows (development, tests): the file's mode alone guards it. */
export const plainSealer: Sealer = { protect: (plain) => plain, unprotect: (sealed) => sealed }

/** Settings as stored: readable at once, with the secrets sealed beside them. */
export interface StoredSettings extends Settings {
  /** Base64 of the sealed secrets. */
  sealed?: string
}

/** Two copies, written one after the other: a power cut leaves at least one whole, even where the disk returns zeros. */
const FILES = ['agent.json', 'agent.copy.json']

/** The stored settings, or undefined where this folder has none that can be read. */
export function readSettings(folder: string): StoredSettings | undefined {
  for (const file of FILES) {
    try {
      const stored = JSON.parse(readFileSync(join(folder, file), 'utf8')) as StoredSettings
      if (typeof stored.collectorUrl === 'string') return stored
    } catch {
      // missing, cut off or zeros: the other copy decides
    }
  }
  return undefined
}

/** The sealed part, opened. @throws where it was sealed on another machine */
export function readSecrets(stored: StoredSettings | undefined, sealer: Sealer): Secrets {
  if (stored?.sealed === undefined) return {}
  return JSON.parse(sealer.unprotect(Buffer.from(stored.sealed, 'base64')).toString('utf8')) as Secrets
}

/** Writes settings and secrets to the disk, flushed, before it returns. @throws where the folder cannot be written */
export function writeSettings(folder: string, settings: Settings, secrets: Secrets, sealer: Sealer): StoredSettings {
  const { collectorUrl, site, tags, proxy, caSha256, machine, hardware } = settings
  const sealed = sealer.protect(Buffer.from(JSON.stringify(secrets))).toString('base64')
  const stored = JSON.parse(
    JSON.stringify({ collectorUrl, site, tags, proxy, caSha256, machine, hardware, sealed }),
  ) as StoredSettings
  mkdirSync(folder, { recursive: true })
  for (const file of FILES) replaceFile(join(folder, file), `${JSON.stringify(stored, null, 2)}\n`)
  return stored
}
