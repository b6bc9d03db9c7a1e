/** Codes of Node and OpenSSL for a certificate whose authority this computer does not know. */
const UNKNOWN_AUTHORITY = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
])

/** Why nobody answers, and what to do about it, in sentences. @param cause of a fetch that failed */
export function whyUnreachable(cause: unknown): string {
  const { code, message = 'no answer' } = (cause ?? {}) as { code?: unknown; message?: string }
  if (typeof code === 'string' && UNKNOWN_AUTHORITY.has(code))
    return 'its certificate is by an authority that this computer does not trust. Put the authority’s certificate into /usr/local/share/ca-certificates as a .crt and run update-ca-certificates, or set NODE_EXTRA_CA_CERTS to its file.'
  return `${message}. Is the collector running, and --url right?`
}
