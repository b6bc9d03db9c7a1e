/** Errors of network and TLS, by their code, and what to do about each. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known: check the address and this computer’s DNS',
  EAI_AGAIN: 'no DNS server answers: check this computer’s network',
  ECONNREFUSED: 'nothing listens there: check address and port, and that the collector runs',
  ECONNRESET: 'the connection was cut: a firewall or proxy may be in the way',
  ENETUNREACH: 'there is no route: check this computer’s network',
  EHOSTUNREACH: 'there is no route: check this computer’s network',
  ETIMEDOUT: 'no answer: a firewall may drop the packets, or a proxy is needed',
  CERT_HAS_EXPIRED: 'the collector’s certificate has ended, or this computer’s clock is wrong',
  CERT_NOT_YET_VALID: 'this computer’s clock is behind: set it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its signer is not trusted here: add it to Windows’ store or give CA_SHA256',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its signer is not trusted here: add it to Windows’ store or give CA_SHA256',
  SELF_SIGNED_CERT_IN_CHAIN: 'its signer is not trusted here: add it to Windows’ store or give CA_SHA256',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is its own signer: give CA_SHA256',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: use that name in the address',
  EACCES: 'access is denied: run this as administrator',
  EPERM: 'access is denied: run this as administrator',
  ENOENT: 'it does not exist: the agent has not been installed here, or has not run yet',
}

/** Of a certificate that nobody vouches for, where only the one that is pinned could. */
const NOT_PINNED = 'CA_SHA256 names another certificate: give one that the collector shows now, or none'

/**
 * An error as a sentence that says what to do, where its code is known.
 * @param isPinned whether one certificate alone is trusted
 */
export function explain(error: unknown, isPinned = false): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = ADVICE[code]
  const advice = isPinned && known?.includes('CA_SHA256') ? NOT_PINNED : known
  return advice === undefined ? error.message : `${error.message}; ${advice}.`
}
