import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Config, ConfigError } from './config/index.ts'
import { StartError } from './open-store.ts'

/** Headers of a request, all of them: a practice's proxy adds some; nobody needs more. */
const MAX_HEADER_BYTES = 16 * 1024
/** From the first byte to the whole request; uploads of an ODS file over a slow line take the longest. */
const REQUEST_WITHIN_MS = 60_000
const HEADERS_WITHIN_MS = 15_000

/** An HTTP server, or HTTPS where a certificate is set. */
export function createHttpServer(config: Config, listener: RequestListener): Server {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    headersTimeout: HEADERS_WITHIN_MS,
  }
  if (!config.tls) return createServer(options, listener)
  const { certFile, keyFile } = config.tls
  try {
    return createTlsServer(
      { ...options, cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' },
      listener,
    )
  } catch (error) {
    throw new ConfigError(
      `The certificate cannot be used (${(error as Error).message}); set PUMPHANDLE_TLS_CERT and PUMPHANDLE_TLS_KEY to a PEM certificate and its key.`,
      { cause: error },
    )
  }
}

/**
 * Listens, and answers with the address.
 * @throws StartError when the port is taken or not allowed
 */
export async function listen(server: Server, config: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(sentence(error, config)))
    server.listen(config.port, config.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  return `${config.tls ? 'https' : 'http'}://${host}:${port}`
}

function sentence(error: NodeJS.ErrnoException, { host, port }: Config): StartError {
  const where = `${host}:${port}`
  const what: Record<string, string> = {
    EADDRINUSE: `Another program listens on ${where}; end it, or set PUMPHANDLE_PORT to a free port.`,
    EACCES: `This user may not listen on ${where}; set PUMPHANDLE_PORT to 1024 or more.`,
    EADDRNOTAVAIL: `This computer has no address ${host}; set PUMPHANDLE_HOST to one that it has.`,
  }
  return new StartError(what[error.code ?? ''] ?? `Cannot listen on ${where}: ${error.message}.`, { cause: error })
}
