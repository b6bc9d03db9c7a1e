import { getCACertificates } from 'node:tls'

/**
 * The authorities that are trusted where none is pinned: Node's and the system's, as by Node's own choice. Undefined leaves
 * that choice to Node, which is faster; it is taken from Node where the surroundings name further ones, which only somebody
 * who wants to read along would do.
 */
export function ownAuthorities(): string[] | undefined {
  // the service's own is empty
  if (!process.env.NODE_EXTRA_CA_CERTS) return undefined
  return [...getCACertificates('bundled'), ...getCACertificates('system')]
}
