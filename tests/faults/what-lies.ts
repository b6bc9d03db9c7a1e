import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DatabaseAddress, openStore, type Store } from '@pumphandle/collector/store'
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.ts'
import type { TestDatabase } from '../support/databases.ts'
import type { SmallDisk } from '../support/small-disk.ts'

/** How often a store is opened, where that takes too long. */
const OPENS = 6

/** A collector on what lies there. */
export function started(env: Record<string, string>): Promise<CollectorProcess> {
  return sayingWhatLies(env['PUMPHANDLE_DATA'] ?? '', startCollectorProcess(env))
}

/** @throws (rejects) with what lies on a disk, where something does not start there */
async function sayingWhatLies<T>(folder: string, starting: Promise<T>): Promise<T> {
  try {
    return await starting
  } catch (error) {
    const { bavail, bsize } = statfsSync(folder)
    const files = readdirSync(folder).map((name) => `${name} ${statSync(join(folder, name)).size}`)
    throw new Error(`${(error as Error).message} It has ${bavail * bsize} bytes free beside ${files.join(', ')}`, {
      cause: error,
    })
  }
}

/** A database file on this disk, else in a folder of its own. */
export function fileOn(disk: SmallDisk | undefined): TestDatabase {
  const dataDir = disk?.folder ?? mkdtempSync(join(tmpdir(), 'pumphandle-faults-'))
  return {
    address: join(dataDir, 'pumphandle.db'),
    dataDir,
    drop: async () => (disk ? disk.remove() : rmSync(dataDir, { recursive: true, force: true })),
  }
}

/** A server that its busy computer starves is asked again: it is not what is tried by then. */
async function patientlyOpened(address: DatabaseAddress): Promise<Store> {
  for (let tries = 1; ; tries++)
    try {
      return await openStore(address)
    } catch (error) {
      if (tries === OPENS || !/timeout/.test((error as Error).message)) throw error
    }
}

function addressOf({ address }: TestDatabase): DatabaseAddress {
  return address.startsWith('postgres') ? { kind: 'postgres', url: address } : { kind: 'sqlite', file: address }
}

/** The store of a run, to be looked at. @throws (rejects) as {@link started} */
export function opened(database: TestDatabase): Promise<Store> {
  return sayingWhatLies(database.dataDir, patientlyOpened(addressOf(database)))
}
