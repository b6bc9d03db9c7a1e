import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { Rounds } from '@pumphandle/shared/rounds'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { Journal } from '../ingest/journal.ts'
import type { Logger } from '../log/logger.ts'
import type { FaultKind, StoreFault } from '../model/store-fault.ts'
import { Claimed, type Store } from '../store/index.ts'
import { FileCheck, type KeptFile } from './file-check.ts'

/** How often it is tried whether a database that could not be written to can be again: nobody waits longer than that. */
const TRY_EVERY_MS = SECOND
/** How often a server is asked whether it is there, while nothing else asks it. */
const ASK_EVERY_MS = 5 * SECOND
/** How often a fault is repeated in the log while it lasts. */
const SAY_EVERY_MS = MINUTE
/** The database hangs when events have waited for this long without an answer. Longer than any commit under load. */
const STUCK_MS = 10 * SECOND

type Problem = CollectorHealth['problems'][number]

interface Kept {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly journal: Pick<Journal, 'stuckMs' | 'waiting'>
  /** The right to be the only collector; on a server it can be lost. */
  readonly claim: { readonly isHeld?: boolean; readonly takeAgain?: () => Promise<void> }
  /** A database that is a file: it is looked whether it is sound, where there is a doubt. */
  readonly file: KeptFile | undefined
  /** Where the database is, in words for people. */
  readonly where: string
}

/**
 * Knows whether what happens can be stored, says so once a minute, and tries until it can be. It goes on by itself: what
 * waits is stored then.
 */
export class StoreKeeper {
  readonly #kept: Kept
  readonly #rounds: Rounds
  readonly #stopSaying: () => void
  #said: { readonly code: string; readonly at: number } | undefined
  #saidDamage: FaultKind | undefined
  #asked = 0
  /** How long the same has waited, ms, at the last look, and at how many looks in a row. */
  #stuck = { ms: 0, looks: 0 }
  readonly #check: FileCheck | undefined

  constructor(kept: Kept) {
    this.#kept = kept
    this.#check = kept.file && new FileCheck({ ...kept, file: kept.file })
    this.#stopSaying = kept.clock.every(TRY_EVERY_MS, () => this.#say())
    this.#rounds = new Rounds({ clock: kept.clock, everyMs: TRY_EVERY_MS, run: () => this.#round() })
  }

  /** Why nothing can be stored now, and what to do; undefined where it can. */
  get problem(): Problem | undefined {
    const { store, journal, where } = this.#kept
    const { fault } = store
    if (fault) return { code: `store-${fault.kind}`, title: sentence(fault, where), severity: 'error' }
    // a computer that is too busy to hear the database's answer looks seldom, too: that is not the database's fault
    if (Math.min(journal.stuckMs, this.#stuck.looks * TRY_EVERY_MS) < STUCK_MS) return undefined
    return {
      code: 'store-stuck',
      title: `Nothing could be stored for ${Math.floor(journal.stuckMs / 1000)} s: the database does not answer. Look at ${where}; agents keep their events, and it goes on by itself.`,
      severity: 'error',
    }
  }

  /** Damage that was met, or what could not be read, and what to do. */
  get damage(): Problem | undefined {
    const { damage } = this.#kept.store
    if (!damage) return undefined
    return { code: `store-${damage.kind}`, title: this.#damageInWords(damage.kind), severity: 'error' }
  }

  #damageInWords(kind: FaultKind): string {
    const { store, where } = this.#kept
    if (kind === 'damaged') {
      const way = store.kind === 'sqlite' ? 'Stop the collector and run `pumphandle recover`, or restore' : 'Restore'
      return `${capital(where)} is damaged. ${way} a backup.`
    }
    if (this.#check?.says === 'unread')
      return `The disk of ${where} does not give back all that it has. Look at it. If it stays so, stop the collector and run \`pumphandle recover\`, or restore a backup, on another disk.`
    return `${capital(where)} could not be read: its disk does not give back what it has, or the file is damaged. It is being checked which.`
  }

  /** Stops looking; resolves when the last look has ended. */
  close(): Promise<void> {
    this.#stopSaying()
    this.#check?.close()
    return this.#rounds.close()
  }

  /** What a deleted file held is still there, until this process ends. From now on nothing more is stored in it. */
  async #rescue(): Promise<void> {
    const { store } = this.#kept
    // first: what is acknowledged while the copy is made would not be in it
    store.lost('gone', 'what it held is being saved')
    try {
      store.lost('gone', `what it held is in ${await store.rescue()}`)
    } catch (error) {
      store.lost('gone', `what it held could not be saved: ${(error as Error).message}`)
    }
  }

  async #round(): Promise<void> {
    const { store, clock, claim } = this.#kept
    if (store.fault?.kind === 'taken' || store.fault?.kind === 'gone') return
    if (!store.isInPlace()) return this.#rescue()
    this.#check?.look()
    if (claim.isHeld === false)
      await claim.takeAgain?.().catch((error: unknown) => {
        if (error instanceof Claimed) store.lost('taken', error.holder)
      })
    if (store.fault) return store.tryAgain()
    if (store.kind !== 'postgres' || clock.now() - this.#asked < ASK_EVERY_MS) return
    this.#asked = clock.now()
    // that it fails is known to the store
    await store.ping().catch(() => undefined)
  }

  #say(): void {
    const { log, clock, journal } = this.#kept
    const ms = journal.stuckMs
    this.#stuck = { ms, looks: ms > this.#stuck.ms ? this.#stuck.looks + 1 : 0 }
    const { problem, damage } = this
    const now = clock.now()
    if (problem && (this.#said?.code !== problem.code || now - this.#said.at >= SAY_EVERY_MS)) {
      this.#said = { code: problem.code, at: now }
      log.error({ fault: problem.code, why: this.#kept.store.fault?.detail, waiting: journal.waiting }, problem.title)
    }
    // a fault that comes and goes is said once a minute too
    if (!problem && this.#said && now - this.#said.at >= SAY_EVERY_MS) {
      log.info({ fault: this.#said.code }, 'the database can be written to again')
      this.#said = undefined
    }
    const { kind, detail } = this.#kept.store.damage ?? {}
    if (damage && this.#saidDamage !== kind) log.error({ fault: damage.code, why: detail }, damage.title)
    this.#saidDamage = kind
  }
}

function sentence({ kind, detail }: StoreFault, where: string): string {
  if (kind === 'damaged') return `${capital(where)} is damaged.`
  const what: Record<Exclude<FaultKind, 'damaged'>, string> = {
    full: `Nothing can be stored: the disk of ${where} is full. Make room there; agents keep their events, and it goes on by itself.`,
    'read-only': `Nothing can be stored: ${where} takes no writes. Make it writable; agents keep their events, and it goes on by itself.`,
    locked: `Nothing can be stored: another program holds ${where}. End it; agents keep their events, and it goes on by itself.`,
    disk: `Nothing can be stored: the disk of ${where} answers with errors. Look at it; agents keep their events, and it goes on by itself when they stop.`,
    away: `Nothing can be stored: ${where} does not answer. Look at it; agents keep their events, and it goes on by itself.`,
    gone: `Nothing can be stored: ${where} was deleted or replaced while it was in use; ${detail}. Stop the collector, put that or a backup in place with \`pumphandle restore\`, and start it again; agents keep their events.`,
    taken: `Nothing is stored here any more: while ${where} could not be reached, another collector took it over (${detail}). End one of the two.`,
    unread: `Nothing can be stored: ${where} cannot be read. Its disk gives nothing back, or the file is damaged: it is being checked which. Agents keep their events, and it goes on by itself.`,
  }
  return what[kind]
}

function capital(words: string): string {
  return `${words[0]?.toUpperCase()}${words.slice(1)}`
}
