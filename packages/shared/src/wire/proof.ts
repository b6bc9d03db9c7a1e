/**
 * How a machine proves that it has its key, as texts that are signed with Ed25519. Each names what it is for, so that none
 * can be taken for another; none is worth anything on another connection.
 */

/** Label of the TLS exporter, RFC 9266 section 4.2: 32 bytes, with a context of no bytes, of TLS 1.3 alone. */
export const EXPORTER_LABEL = 'EXPORTER-Channel-Binding'
export const EXPORTER_BYTES = 32

/**
 * What a connection's proof is over: `exporter`, 32 bytes that only the two ends of this TLS connection have; `nonce`, one
 * that the collector gave out, where something between the two ends TLS.
 */
export type ProofBy = 'exporter' | 'nonce'

/** A proof as the upgrade carries it: `Authorization: Pumphandle machine=…,by=…,over=…,signature=…`. */
export interface Proof {
  readonly machine: string
  readonly by: ProofBy
  /** The nonce; `-` where the exporter is what both ends have without saying it. */
  readonly over: string
  readonly signature: string
}

/** @param over the nonce, or the exporter's bytes as base64url */
export function proofStatement(machine: string, by: ProofBy, over: string): string {
  return `pumphandle proof\n${machine}\n${by}\n${over}`
}

/** @param to whom the key is told: an enrolment token's SHA-256, or the id of a machine that had a secret until now */
export function keyStatement(key: string, to: string): string {
  return `pumphandle key\n${to}\n${key}`
}

export function writeProof({ machine, by, over, signature }: Proof): string {
  return `Pumphandle machine=${machine},by=${by},over=${over},signature=${signature}`
}

const PROOF =
  /^Pumphandle machine=([0-9A-HJKMNP-TV-Z]{26}),by=(exporter|nonce),over=([\w.-]{1,128}),signature=([\w-]{86})$/

/** Undefined where the header is none of these. */
export function readProof(header: string): Proof | undefined {
  const [, machine, by, over, signature] = PROOF.exec(header) ?? []
  if (machine === undefined || over === undefined || signature === undefined) return undefined
  return { machine, by: by === 'nonce' ? 'nonce' : 'exporter', over, signature }
}
