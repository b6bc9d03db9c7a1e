import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { DIAL_TIMEOUT_MS, portOf, type Route, tlsOptions } from './dial.ts'
import { openTunnel } from './proxy.ts'
import { plainHost } from './proxy-line.ts'

const CA_FILE = 'ca.pem'
/** Certificates in a chain; real ones have two to four. */
const MAX_CHAIN = 10

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates that the pins name, as learnt before; none where they are not known yet or the file was changed. */
export function readPinnedCa(folder: string, pins: string): string[] {
  const path = join(folder, CA_FILE)
  if (!existsSync(path)) return []
  return (readFileSync(path, 'utf8').match(CERTIFICATE) ?? []).filter((pem) => pins.split(',').includes(digestOf(pem)))
}

/**
 * Fetches a pinned certificate from the collector's own chain and keeps it in the data folder, beside those known before. Nothing is sent and the
 * handshake is refused as any unverified one is: the chain is looked at in the moment before Node rejects it.
 *
 * @returns all pinned certificates that are known now
 * @throws (rejects) where no certificate of the chain has a pinned fingerprint
 */
export async function learnPinnedCa(route: Route, pins: string, folder: string): Promise<string[]> {
  const { hostname } = route.url
  const port = portOf(route.url)
  const tunnel =
    route.proxy === undefined
      ? undefined
      : await openTunnel(route.proxy, `${hostname}:${port}`, route.proxyLogin, DIAL_TIMEOUT_MS, route.signOn)
  const chain = await presentedChain(plainHost(route.url), port, tunnel)
  const pinned = chain.find((certificate) => pins.split(',').includes(fingerprint(certificate)))
  if (pinned === undefined)
    throw new Error(
      `${route.url.host} shows no certificate with the SHA-256 ${pins}: CA_SHA256 or the collector is wrong, or a device on the way opens TLS, signed by ${signerOf(chain)}. The collector’s certificate file has to have the pinned one in it, too.`,
    )
  const pem = pinned.toString().trim()
  const known = [...new Set([...readPinnedCa(folder, pins), pem])]
  writeFileSync(join(folder, CA_FILE), `${known.join('\n')}\n`)
  return known
}

function presentedChain(host: string, port: number, tunnel: Socket | undefined): Promise<X509Certificate[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...tlsOptions(host, undefined), port, ...(tunnel && { socket: tunnel }) })
    // `secure` comes before Node's own listener verifies the chain and ends the connection
    socket.prependListener('secure', () => {
      const chain: X509Certificate[] = []
      let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
      while (next?.raw && chain.length < MAX_CHAIN) {
        chain.push(new X509Certificate(next.raw))
        next = next.issuerCertificate === next ? undefined : next.issuerCertificate
      }
      resolve(chain)
    })
    socket.once('error', reject)
    socket.once('secureConnect', () => socket.destroy())
    socket.setTimeout(DIAL_TIMEOUT_MS, () => socket.destroy(new Error(`${host} did not answer.`)))
  })
}

function signerOf(chain: readonly X509Certificate[]): string {
  const issuer = chain.at(-1)?.issuer ?? ''
  return /^(?:CN|O)=(.+)$/m.exec(issuer)?.[1] ?? 'somebody without a name'
}

/** A certificate's fingerprint without reading what is in it, which takes a start longer. */
function digestOf(pem: string): string {
  const content = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')
  return createHash('sha256').update(content).digest('hex')
}

function fingerprint(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}
