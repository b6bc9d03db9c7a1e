import type { TLSSocket } from 'node:tls'
import { EXPORTER_BYTES, EXPORTER_LABEL, proofStatement, readProof } from '@pumphandle/shared/wire'
import type { ProvenBy } from '../ingest/link.ts'
import { secretMatches } from '../model/secret.ts'
import { isSignedBy } from '../model/signature.ts'
import { knowsMachines, proofsOf } from '../store/enrolment.ts'
import type { ComputerFacts } from '../store/identity-notes.ts'
import type { Store } from '../store/index.ts'
import type { Nonces } from './nonces.ts'

const BEARER = /^Bearer (?<uid>[0-9A-HJKMNP-TV-Z]{26})\.(?<secret>[\w-]{32,128})$/

/** A key of the machine's, of which one must have signed this connection's exporter. */
export interface Candidate {
  readonly key: string
  readonly by: ProvenBy
}

export interface Authenticated {
  readonly uid: string
  readonly by: ProvenBy
  /** Only the process that holds the connection has its exporter: it must find one of these keys' signatures right. */
  readonly candidates?: readonly Candidate[]
}

/** The database has no machine at all: it is new, or what was lost is not back in its place yet. Whoever knocks may be one of it. */
export type NobodyKnown = 'nobody-known'

/** With what the store knows of the machine's computer. */
type Found = Authenticated & { readonly facts: ComputerFacts }

export interface ProofOptions {
  readonly store: Store
  readonly nonces: Nonces
  /** From then on no secret is taken. */
  readonly secretsUntil: number
  /** Only those are let in whose TLS ends here. */
  readonly boundLinesOnly: boolean
}

/** Who an Authorization header proves, or undefined where it proves nobody. */
export async function authenticateMachine(
  options: ProofOptions,
  now: number,
  header: string | undefined,
): Promise<Found | NobodyKnown | undefined> {
  const proof = readProof(header ?? '')
  const { uid = proof?.machine, secret } = BEARER.exec(header ?? '')?.groups ?? {}
  if (uid === undefined) return undefined
  const known = await proofsOf(options.store.reader, uid)
  if (!known) return (await knowsMachines(options.store.reader)) ? undefined : 'nobody-known'
  const { hardware, former_hardware, copied_hardware, run_number } = known
  const facts = { hardware, former_hardware, copied_hardware, run_number }
  const mayReport = (known.report_expires_at ?? 0) > now
  if (secret !== undefined) {
    if (now >= options.secretsUntil) return undefined
    if (secretMatches(secret, known.secret_hash)) return { uid, by: 'secret', facts }
    const isReport = mayReport && secretMatches(secret, known.report_hash ?? '')
    return isReport ? { uid, by: 'report', facts } : undefined
  }
  if (!proof) return undefined
  const candidates: Candidate[] = []
  if (known.public_key !== null) candidates.push({ key: known.public_key, by: proof.by })
  if (mayReport && known.report_key !== null) candidates.push({ key: known.report_key, by: 'report' })
  if (candidates.length === 0) return undefined
  if (proof.by === 'exporter') return { uid, by: 'exporter', candidates, facts }
  if (options.boundLinesOnly || !(await options.nonces.isGood(proof.over, now))) return undefined
  const signer = signerOf(candidates, header, proof.over)
  return signer && (await options.nonces.spend(proof.over, now)) ? { uid, by: signer.by, facts } : undefined
}

/** Whose signature over these bytes the header has. */
export function signerOf(
  candidates: readonly Candidate[],
  header: string | undefined,
  over: string,
): Candidate | undefined {
  const proof = readProof(header ?? '')
  if (!proof) return undefined
  const statement = proofStatement(proof.machine, proof.by, over)
  return candidates.find(({ key }) => isSignedBy(key, statement, proof.signature))
}

/** What both ends of this connection have, and nobody between them; undefined without TLS 1.3. */
export function exporterOf(socket: object): string | undefined {
  const { exportKeyingMaterial, getProtocol } = socket as Partial<TLSSocket>
  // before 1.3 an exporter binds only with an extension that Node does not tell of (RFC 9266 section 3)
  if (!exportKeyingMaterial || getProtocol?.call(socket) !== 'TLSv1.3') return undefined
  return exportKeyingMaterial.call(socket, EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)).toString('base64url')
}
