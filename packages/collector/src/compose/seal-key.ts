import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../config/index.ts'
import { sealKeyIn } from '../config/read.ts'
import { ChannelSeals } from '../jobs/notify/index.ts'
import type { Logger } from '../log/logger.ts'
import { isSealed, Sealer } from '../model/sealed.ts'
import { StartError } from '../model/start-error.ts'
import { Seals } from '../people/index.ts'
import { listChannels } from '../store/channels.ts'
import type { Store } from '../store/index.ts'
import { keptKey, OWN_KEYS } from '../store/own-keys.ts'
import { allSecondFactors } from '../store/second-factors.ts'
import { OwnKeys } from './own-keys.ts'

/** 32 bytes in base64, with or without its padding. */
const LINE = /^[A-Za-z0-9+/]{43}=?$/

/** What lies sealed in the database, opened by the keys of one file. */
export interface Sealed {
  readonly seals: Seals
  readonly channels: ChannelSeals
  readonly ownKeys: OwnKeys
}

/**
 * What seals secrets in the database, by the keys of a file. One is made where there is none, but not where something was
 * sealed by one that is gone: then it goes on without, and says so.
 * @throws StartError where it is no file of keys
 */
export async function openSeals(
  { sealKeyFile: file, role, dataDir }: Pick<Config, 'sealKeyFile' | 'role' | 'dataDir'>,
  { store, clock, log }: { readonly store: Store; readonly clock: Clock; readonly log: Logger },
): Promise<Sealed> {
  // another brain's data folder has another key
  const mayLieOpen = role === 'brain' && file === sealKeyIn(dataDir)
  const kept = [
    ...(await allSecondFactors(store.db, 'totp')).map(({ secret }) => secret),
    ...(await listChannels(store.db)).map(({ url }) => url),
    ...(await Promise.all(OWN_KEYS.map((name) => keptKey(store.db, name)))).map((key) => key ?? ''),
  ]
  const sealer = new Sealer(readKeys(file, !kept.some(isSealed), log))
  const sealed = {
    seals: new Seals(store, sealer),
    channels: new ChannelSeals(store, sealer, { mayLieOpen }),
    ownKeys: new OwnKeys(store, clock, sealer, { mayLieOpen }),
  }
  for (const one of Object.values(sealed)) {
    await one.begin()
    const { problem } = one
    if (problem) log.error({ file }, problem.title)
  }
  return sealed
}

/** The newest first. A file that is empty asks for a new key. */
function readKeys(file: string, mayMake: boolean, log: Logger): readonly Buffer[] {
  const isThere = existsSync(file)
  const text = isThere ? readText(file) : ''
  const lines = text.split('\n').flatMap((line) => line.trim() || [])
  if (lines.some((line) => !LINE.test(line)))
    throw new StartError(
      `${file} is no file of keys: each line is 32 bytes in base64. Put back what was there before, or make it empty for a new key.`,
    )
  if (lines.length > 0) return lines.map((line) => Buffer.from(line, 'base64'))
  if (!isThere && !mayMake) return []
  const key = Sealer.newKey()
  try {
    write(file, `${key.toString('base64')}\n`)
  } catch (error) {
    log.error(
      { err: error, file },
      'the key that seals secrets cannot be written; authenticator apps and channels cannot be added',
    )
    return []
  }
  log.info({ file }, 'a key was made that seals secrets; keep a copy of it, apart from the copies of the database')
  return [key]
}

/** @throws StartError where it cannot be read: without it sealed secrets would count as lost */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new StartError(
      `${file} cannot be read (${(error as Error).message}); make it a file that this user may read: it seals secrets in the database.`,
      { cause: error },
    )
  }
}

/** On the disk before anything is sealed by it, and for this user only. */
function write(file: string, text: string): void {
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { mode: 0o700 })
  const open = openSync(file, 'w', 0o600)
  try {
    writeSync(open, text)
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
}
