import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { KeyClaim } from '@pumphandle/shared/wire'
import {
  EXPORTER_BYTES,
  EXPORTER_LABEL,
  keyStatement,
  type ProofBy,
  proofStatement,
  writeProof,
} from '@pumphandle/shared/wire/proof'
import type { Secrets } from '../config/settings.ts'
import { publicKeyOf, signed } from './key.ts'
import { askNonce } from './nonce.ts'

/** How this machine proves who it is, on each connection. */
export interface Prover {
  /** Opens what was sealed, while the network is waited for; what goes wrong shows with the first proof. */
  prepare(): void
  /** The Authorization header for this very connection. @throws (rejects) where no secret can be opened, or no nonce came */
  authorization(socket: Socket): Promise<string>
  /** The collector did not take it. @returns whether there is another way, to be tried at once */
  refused(): boolean
  /** The collector took it. */
  accepted(): void
  /** What the last proof was by; by a nonce: something on the way ends TLS. */
  readonly by: Way | undefined
  /** The key that a machine has which still proves itself by a secret. */
  claim(): KeyClaim | undefined
}

/** How a machine proves itself. */
type Way = 'secret' | ProofBy

export interface ProverOptions {
  machine: string
  secrets: () => Secrets
  /** `host:port` for requests. */
  host: string
  /** What the last connections of this computer needed: saves the way that is shut. */
  isByNonce: () => boolean
}

export function createProver({ machine, secrets, host, isByNonce }: ProverOptions): Prover {
  /** The ways that are left, the next one first; found anew when all were refused. */
  let ways: Way[] = []
  let used: Way | undefined
  let isFirst = true

  function waysNow(): Way[] {
    const { key, machineSecret } = secrets()
    // the first connection takes the way that worked last: there may be seconds. A later one looks whether the other is open
    const shut = isFirst && isByNonce()
    const byKey: Way[] = key === undefined ? [] : shut ? ['nonce', 'exporter'] : ['exporter', 'nonce']
    return machineSecret === undefined ? byKey : ['secret', ...byKey]
  }

  function proof(by: ProofBy, over: string, shown: string): string {
    const signature = signed(secrets().key ?? '', proofStatement(machine, by, over))
    return writeProof({ machine, by, over: shown, signature })
  }

  return {
    prepare() {
      try {
        const { key } = secrets()
        // the first signature of a process takes by far the longest; this one is never sent
        if (key !== undefined) signed(key, '')
      } catch {
        // told where the proof is needed
      }
    },
    async authorization(socket) {
      if (ways.length === 0) ways = waysNow()
      const exporter = ways[0] === 'exporter' ? exporterOf(socket) : undefined
      if (ways[0] === 'exporter' && exporter === undefined) ways.shift()
      used = ways[0] ?? 'nonce'
      if (used === 'secret') return `Bearer ${machine}.${secrets().machineSecret}`
      if (used === 'exporter' && exporter !== undefined) return proof('exporter', exporter, '-')
      const nonce = await askNonce(socket, host).catch((error: unknown) => {
        ways = []
        throw error
      })
      return proof('nonce', nonce, nonce)
    },
    refused() {
      ways.shift()
      return ways.length > 0
    },
    accepted() {
      // a way that was shut before is looked at once more in this run, with the connection after the first
      if (isFirst && used === 'nonce') ways = []
      isFirst = false
    },
    get by() {
      return used
    },
    claim() {
      const { key, machineSecret } = secrets()
      return key === undefined || machineSecret === undefined ? undefined : claimOf(key, machine)
    },
  }
}

/** Tells a key, with the proof that it is ours. @param to whom; see {@link keyStatement} */
export function claimOf(key: string, to: string): KeyClaim {
  const own = publicKeyOf(key)
  return { public: own, signature: signed(key, keyStatement(own, to)) }
}

/** What both ends of this connection have, and nobody between them; undefined without TLS 1.3 (RFC 9266 section 3). */
function exporterOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || socket.getProtocol() !== 'TLSv1.3') return undefined
  return socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)).toString('base64url')
}
