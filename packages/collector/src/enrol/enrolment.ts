import { createHash } from 'node:crypto'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY, HOUR } from '@pumphandle/shared/time'
import { type EnrolRequest, type EnrolResponse, type Hello, keyStatement } from '@pumphandle/shared/wire'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import { saidName, saidVersion } from '../model/said-name.ts'
import { saidTags } from '../model/said-tags.ts'
import { hashSecret, newSecret } from '../model/secret.ts'
import { isSignedBy } from '../model/signature.ts'
import {
  enrolmentTokenOf,
  enrolmentTokens,
  insertEnrolmentToken,
  type Known,
  machineBefore,
  machineByKey,
  machinesByFingerprint,
  NO_PRACTICE,
  putIdentity,
  putReportProof,
  revokeEnrolmentToken,
  useEnrolmentToken,
} from '../store/enrolment.ts'
import { GroupCommit } from '../store/group-commit.ts'
import type { Db, Row, Store } from '../store/index.ts'
import { identifyMachine, insertMachine, renameMachine } from '../store/machines.ts'
import { ensurePractice } from '../store/practices.ts'
import { endProbations, type Newcomer, originOf, vouchForMachines, vouchForPractice } from '../store/probation.ts'
import { returnMachines } from '../store/retirement.ts'
import { type Revoked, reinstateMachine, revokeMachines } from '../store/revocation.ts'
import type { Identities } from './identities.ts'
import { PLAUSIBLE_MACHINES, PROBATION_MS, type Probation } from './probation.ts'
import type { Retirement } from './retirement.ts'
import { newUlid } from './ulid.ts'

export interface NewEnrolmentToken {
  readonly name: string
  /** Practice that machines are put into; null takes what the machine says. */
  readonly site: string | null
  readonly days: number
  /** Null: any number. */
  readonly maxUses: number | null
  readonly createdBy: string
  /** For technicians' reports of disks, and nothing else. */
  readonly isForReports?: boolean
}

interface Enrolling {
  readonly tokenHash: string
  readonly from: string
  readonly request: EnrolRequest
}
/** What a machine says of itself; its last word, where an earlier one still waits for the database. */
interface Said {
  readonly id: number
  hello: Hello
}
type Enrolled =
  | {
      readonly response: EnrolResponse
      readonly row: Row<'machine'>
      /** It has a row of its own since now. */
      readonly isNew: boolean
      /** What it says to have been before, under another key. */
      readonly before: Known | undefined
      readonly newcomer: Newcomer
    }
  | undefined

/** A technician's report of a disk takes a minute; the proof made for it is of no use soon after. */
const REPORT_PROOF_MS = HOUR
/** Enrolments by one token in a transaction, each half a dozen statements, and how long it rests then: others' events wait. */
const OF_ONE_TOKEN = { share: 4, rests: 2 } as const
/** Enrolments of one transaction. */
const MAX_PER_COMMIT = 500

const NOT_HERE = Symbol('not of the token’s practices')

/** Where a machine belongs: a token's only practice wins; of several the machine says which; without any, whatever it says. */
function siteFor(ofToken: string | null, said: string | undefined): string | undefined | typeof NOT_HERE {
  if (ofToken === null) return said
  if (ofToken === NO_PRACTICE) return undefined
  const sites = ofToken.split(',')
  if (sites.length === 1) return sites[0]
  return said !== undefined && sites.includes(said) ? said : NOT_HERE
}

/** What a computer is known by: with its board, where it tells of that, or computers of one image would be one machine. */
function computerKey({ fingerprint, hardware }: EnrolRequest): string | undefined {
  if (fingerprint === undefined || hardware === undefined) return fingerprint
  return createHash('sha256').update(`${fingerprint}:${hardware}`).digest('hex')
}

/**
 * Machines that say to be this computer: by its marks, or, where they enrolled before agents told of the board, by the
 * fingerprint alone. Marks are no proof: whoever knows them could say the same.
 */
async function sameComputer(tx: Db, request: EnrolRequest): Promise<Known[]> {
  const { fingerprint } = request
  const key = computerKey(request)
  if (fingerprint === undefined || key === undefined) return []
  const found = await machinesByFingerprint(tx, key)
  return found.length > 0 || key === fingerprint ? found : machinesByFingerprint(tx, fingerprint)
}

/**
 * Whether the machine was revoked that this computer says to be. Where others say to be the same computer and may speak, it
 * is not known who was revoked; and computers of one image have one fingerprint: whoever invents a machine with it, and is
 * found out, must not keep all of them out.
 */
function isShutOut(same: readonly Known[], { computerName, hardware }: EnrolRequest): boolean {
  const name = saidName(computerName)
  const isOne = (one: Known) => (hardware !== undefined && one.hardware === hardware) || one.name === name
  return same.some(isOne) && same.every((one) => one.revoked_at !== null || !isOne(one))
}

/** Nobody can prove to be this machine: it was heard of by a report alone, or was reinstated. */
const hasNoProof = ({ secret_hash, public_key }: Known): boolean => secret_hash === '' && public_key === null

/** How machines come into the fleet: by a token that an admin made, a machine's key gets an id. */
export class Enrolment {
  readonly #store: Store
  readonly #clock: Clock
  readonly #fleet: Fleet
  readonly #probation: Probation
  readonly #retirement: Pick<Retirement, 'replaced'>
  readonly #identities: Pick<Identities, 'forget' | 'note'>
  readonly #onEnrolled: (machine: FleetMachine, at: number) => Promise<void>
  readonly #onRevoked: (machine: FleetMachine) => void
  readonly #commits: GroupCommit<Enrolling, Enrolled>
  readonly #hellos: GroupCommit<Said, Row<'machine'>>
  /** By machine: what waits to be written. */
  readonly #unwritten = new Map<number, Said>()

  constructor(options: {
    store: Store
    clock: Clock
    fleet: Fleet
    probation: Probation
    retirement: Pick<Retirement, 'replaced'>
    identities: Pick<Identities, 'forget' | 'note'>
    /** Told of each machine that came in or moved; resolves when its practice is known to whoever asks. */
    onEnrolled: (machine: FleetMachine, at: number) => Promise<void>
    /** Told of each machine that is not let in any more. */
    onRevoked: (machine: FleetMachine) => void
  }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#fleet = options.fleet
    this.#probation = options.probation
    this.#retirement = options.retirement
    this.#identities = options.identities
    this.#onEnrolled = options.onEnrolled
    this.#onRevoked = options.onRevoked
    this.#commits = new GroupCommit({
      maxWeight: MAX_PER_COMMIT,
      fair: { sender: ({ tokenHash }) => tokenHash, cost: () => 1, ...OF_ONE_TOKEN, clock: options.clock },
      commit: (group) =>
        this.#store.transaction(async (tx) => {
          const results: Enrolled[] = []
          for (const one of group) results.push(await this.#enrol(tx, one))
          return results
        }),
    })
    this.#hellos = new GroupCommit({
      maxWeight: MAX_PER_COMMIT,
      // nobody would say it again before the next connection
      over: (error) => this.#store.over(error),
      commit: (group) => this.#identify(group),
    })
  }

  /** A machine says another name, agent or tags of itself than is known: they are taken over. */
  async identify(machine: FleetMachine, hello: Hello): Promise<void> {
    const waits = this.#unwritten.get(machine.id)
    if (waits) {
      waits.hello = hello
      return
    }
    const said: Said = { id: machine.id, hello }
    this.#unwritten.set(machine.id, said)
    const row = await this.#hellos.add(said)
    machine.saidTags = saidTags(said.hello).join(' ')
    await this.#take(row)
  }

  #identify(group: readonly Said[]): Promise<Row<'machine'>[]> {
    // what it says from now on is not in this transaction
    for (const { id } of group) this.#unwritten.delete(id)
    return this.#store.transaction(async (tx) => {
      const rows: Row<'machine'>[] = []
      // in the order in which others change rows of machines
      for (const [at, { id, hello }] of [...group.entries()].toSorted(([, a], [, b]) => a.id - b.id))
        rows[at] = await identifyMachine(tx, id, {
          name: hello.computerName,
          agentVersion: hello.agent.version,
          site: hello.site,
          tags: saidTags(hello),
          at: this.#clock.now(),
        })
      return rows
    })
  }

  /** What waits for the database is tried once more, and then nobody waits for it. */
  close(): Promise<void> {
    this.#hellos.end()
    return this.settled()
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#commits.settled()
    await this.#hellos.settled()
  }

  /** Makes a token. The secret is told this once; the store has its hash. */
  async createToken(token: NewEnrolmentToken): Promise<{ row: Row<'enrolment_token'>; secret: string }> {
    const secret = newSecret()
    const now = this.#clock.now()
    const row = await insertEnrolmentToken(this.#store.db, {
      name: token.name,
      token_hash: hashSecret(secret),
      site: token.site,
      created_at: now,
      created_by: token.createdBy,
      expires_at: now + token.days * DAY,
      max_uses: token.maxUses,
      for_reports: token.isForReports === true ? 1 : 0,
    })
    return { row, secret }
  }

  /** Newest first. */
  tokens(): Promise<Row<'enrolment_token'>[]> {
    return enrolmentTokens(this.#store.reader)
  }

  /** Machines that were enrolled with it stay, unless {@link revoke} is told of it too. False when there is no such token. */
  revokeToken(id: number): Promise<boolean> {
    return revokeEnrolmentToken(this.#store.db, id)
  }

  /** Ends the right to speak, and the connections that are open. @returns how many machines were not revoked before */
  async revoke(whom: Revoked): Promise<number> {
    const now = this.#clock.now()
    const rows = await this.#store.transaction((tx) => revokeMachines(tx, whom, now))
    for (const row of rows) this.#onRevoked(this.#fleet.put(row, now))
    return rows.length
  }

  /** Lets a machine enrol again, under the id that it had. False when it was not revoked. */
  async reinstate(machine: number): Promise<boolean> {
    // what it proved itself by stays dead
    const row = await this.#store.transaction((tx) => reinstateMachine(tx, machine))
    if (!row) return false
    const now = this.#clock.now()
    this.#fleet.review(this.#fleet.put(row, now), now)
    return true
  }

  /**
   * Takes a machine in. One that shows the key of a machine is that machine. What it says of its computer makes it nobody:
   * one that says to be a computer that is known becomes a machine of its own, and people see both. A report on behalf of a
   * machine gets a proof for an hour, by a token for reports alone.
   * @param from the address that the request comes from
   * @returns undefined when the token is unknown, revoked, expired or used up, or when the machine was revoked
   */
  async enrol(token: string, request: EnrolRequest, from = ''): Promise<EnrolResponse | undefined> {
    const enrolled = await this.#commits.add({ tokenHash: hashSecret(token), request, from })
    if (!enrolled) return undefined
    if (enrolled.row.established_at === null) this.#probation.put(enrolled.newcomer)
    await this.#take(enrolled.row)
    if (enrolled.isNew) await this.#retirement.replaced(enrolled.row)
    const { row, before } = enrolled
    if (before) {
      const says = 'under another key: it was reinstalled or re-imaged, or somebody says so'
      this.#identities.note(row.id, 'again', `It says to be the computer of ${before.name} (${before.uid}), ${says}.`)
      this.#identities.note(before.id, 'again', `${row.name} (${row.uid}) enrolled as this computer, ${says}.`)
    }
    return enrolled.response
  }

  /** Machines whose time has come count for themselves from now on. */
  async endProbations(): Promise<void> {
    const now = this.#clock.now()
    const limits = { cameBefore: now - PROBATION_MS, plausible: PLAUSIBLE_MACHINES, now }
    for (const row of await endProbations(this.#store.db, limits)) {
      await this.#take(row)
      await this.#retirement.replaced(row)
    }
  }

  /** A person answers for a practice and the machines that it has now. @returns how many of them did not count before */
  async vouch(practice: number): Promise<number> {
    const rows = await this.#store.transaction((tx) => vouchForMachines(tx, practice))
    const there = [...this.#fleet.machinesAt(practice)]
    for (const machine of there) this.#probation.vouched(machine)
    for (const machine of there) await this.#onEnrolled(machine, this.#clock.now())
    for (const row of rows) {
      await this.#take(row)
      await this.#retirement.replaced(row)
    }
    return rows.length
  }

  #take(row: Row<'machine'>): Promise<void> {
    const now = this.#clock.now()
    return this.#onEnrolled(this.#fleet.put(row, now), now)
  }

  async #enrol(tx: Db, { tokenHash, request, from }: Enrolling): Promise<Enrolled> {
    const now = this.#clock.now()
    const token = await enrolmentTokenOf(tx, tokenHash, now)
    if (!token) return undefined
    const site = siteFor(token.site, request.site)
    if (site === NOT_HERE) return undefined
    const isReport = request.onBehalf === true
    const isOfTechnician = isReport || request.unmanaged === true
    // whoever may put machines into a practice may not speak for those that are there
    if (token.for_reports === 1 ? !isOfTechnician : isReport) return undefined
    const { key } = request
    if (key && !isSignedBy(key.public, keyStatement(key.public, tokenHash), key.signature)) return undefined
    const same = await sameComputer(tx, request)
    if (isShutOut(same, request)) return undefined
    const byKey = key && !isReport ? await machineByKey(tx, key.public) : undefined
    if (byKey && byKey.revoked_at !== null) return undefined
    // one whose answer was lost asks once more, for the same place, and has had its use of the token
    const isAgain = byKey?.enrolment_token_id === token.id && (site === undefined || site === byKey.site)
    if (!isAgain && !(await useEnrolmentToken(tx, token.id))) return undefined
    const practice = site === undefined ? undefined : await ensurePractice(tx, site)
    // whoever made the token for this practice named it
    if (practice && token.site !== null) await vouchForPractice(tx, practice.id)
    const said = {
      name: saidName(request.computerName),
      agentVersion: saidVersion(request.agentVersion),
      practice,
    }
    const known = byKey ?? (isReport ? same[0] : same.find(hasNoProof))
    // one that was retired, and is there after all
    if (known && known.retired_at !== null) await returnMachines(tx, { ids: [known.id] })
    const row = known
      ? await renameMachine(tx, known.id, said)
      : await insertMachine(tx, {
          ...said,
          uid: newUlid(now),
          unmanaged: request.unmanaged ?? false,
          now,
          establishedAt: await this.#probation.establishedAt(tx, now, token.site === null),
        })
    const secret = key ? undefined : newSecret()
    const hash = secret === undefined ? '' : hashSecret(secret)
    if (!known || !isReport) {
      await putIdentity(tx, {
        machine_id: row.id,
        // nobody has a proof of a machine that is first heard of by a report: its agent will enrol
        secret_hash: isReport ? '' : hash,
        public_key: isReport ? null : (key?.public ?? null),
        fingerprint: computerKey(request) ?? null,
        hardware: request.hardware ?? null,
        enrolled_at: now,
        enrolment_token_id: token.id,
        enrolled_from: from,
      })
      this.#identities.forget(row.id)
    }
    if (isReport)
      await putReportProof(tx, row.id, {
        report_hash: secret === undefined ? null : hash,
        report_key: key?.public ?? null,
        report_expires_at: now + REPORT_PROOF_MS,
      })
    return {
      response: { machine: row.uid, ...(secret === undefined ? {} : { secret }) },
      row,
      isNew: !known,
      before: known ? undefined : (same[0] ?? (await this.#silentBefore(tx, row, request.hardware))),
      newcomer: { machine: row.id, token: token.id, from, origin: originOf(token), at: now },
    }
  }

  /** The machine that a newcomer was before its Windows was put on anew; one that is connected is another computer. */
  async #silentBefore(tx: Db, row: Row<'machine'>, board: string | undefined): Promise<Known | undefined> {
    const before = await machineBefore(tx, row, board)
    return before && this.#fleet.byId(before.id)?.connected === true ? undefined : before
  }
}
