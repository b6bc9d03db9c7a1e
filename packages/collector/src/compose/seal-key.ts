import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Logger } from '../log/logger.ts'
import { isSealed, Sealer } from '../model/sealed.ts'
import { StartError } from '../model/start-error.ts'
import { Seals } from '../people/index.ts'
import type { Store } from '../store/index.ts'
import { allSecondFactors } from '../store/second-factors.ts'

/** 32 bytes in base64, with or without its padding. */
const LINE = /^[A-Za-z0-9+/]{43}=?$/

/**
 * What seals secrets in the database, by the keys of a file. One is made where there is none, but not where something was
 * sealed by one that is gone: then it goes on without, and says so.
 * @throws StartError where it is no file of keys
 */
export async function openSeals(file: string, store: Store, log: Logger): Promise<Seals> {
  const sealed = (await allSecondFactors(store.db, 'totp')).some(({ secret }) => isSealed(secret))
  const seals = new Seals(store, new Sealer(readKeys(file, !sealed, log)))
  await seals.begin()
  const { problem } = seals
  if (problem) log.error({ file }, problem.title)
  return seals
}

/** The newest first. A file that is empty asks for a new key. */
function readKeys(file: string, mayMake: boolean, log: Logger): readonly Buffer[] {
  const isThere = existsSync(file)
  const text = isThere ? readFileSync(file, 'utf8') : ''
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
    log.error({ err: error, file }, 'the key that seals secrets cannot be written; authenticator apps cannot be added')
    return []
  }
  log.info({ file }, 'a key was made that seals secrets; keep a copy of it, apart from the copies of the database')
  return [key]
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
