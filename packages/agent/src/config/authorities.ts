import { createSecureContext, getCACertificates, type SecureContext, setDefaultCACertificates } from 'node:tls'

/** Of TLS; what is older is not spoken. */
export const MIN_VERSION = 'TLSv1.2'

/** Kept as Node keeps it, for the whole process: what it trusts where a connection does not say. Undefined: its own choice. */
let trustedAlone: string | undefined
/** What {@link ownContext} made; it reads some 150 certificates. */
let ownTrust: SecureContext | undefined

/**
 * Trusts these authorities alone. Given as a connection's own, they would be put into a store beside one of all authorities, Node's and
 * the system's, which Node makes only to see that it is another: 10 ms of the first second, and 40 where it reads the
 * system's store. Whoever connects to somebody else from now on says so by {@link ownContext}.
 *
 * @param pinned PEM certificates
 */
export function pinnedContext(pinned: readonly string[]): SecureContext {
  const text = pinned.join('\n')
  if (trustedAlone !== text) setDefaultCACertificates(pinned)
  trustedAlone = text
  return createSecureContext({ minVersion: MIN_VERSION, allowPartialTrustChain: true })
}

/**
 * Node's authorities and the system's, as by Node's own choice. Undefined leaves that choice to Node, which is faster; they are taken from
 * Node one by one where the process trusts pinned ones alone, and where the surroundings name further ones, which only
 * somebody who wants to read along would do.
 */
export function ownContext(): SecureContext | undefined {
  // the service's own is empty
  if (trustedAlone === undefined && !process.env.NODE_EXTRA_CA_CERTS) return undefined
  ownTrust ??= createSecureContext({
    minVersion: MIN_VERSION,
    ca: [...getCACertificates('bundled'), ...getCACertificates('system')],
  })
  return ownTrust
}
