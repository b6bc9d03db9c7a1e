import { lookup } from 'node:dns/promises'
import { request } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '@pumphandle/shared/clock'
import type { ProbeResult, ProbeTarget } from '@pumphandle/shared/wire'
import { ready, tlsOptions } from '../uplink/dial.ts'

/** Each step of a probe; a service that takes longer is not usable. */
const STEP_TIMEOUT_MS = 5000

type Step = 'dns' | 'tcp' | 'tls' | 'http'
type Result = ProbeResult & { [step in `${Step}Ms`]?: number }

/**
 * Tries to reach a service step by step, name, connection, encryption, answer, and says which step failed or how long each
 * took. Nothing is sent but a HEAD request; no login, no data. Any HTTP status counts as reached, except 5xx.
 */
export async function probe(target: ProbeTarget, clock: Pick<Clock, 'now' | 'after'>): Promise<ProbeResult> {
  const result: Result = { name: target.name, ok: false }
  let step: Step = 'dns'
  let socket: Socket | undefined
  async function timed<T>(name: Step, work: Promise<T>): Promise<T> {
    step = name
    const begin = clock.now()
    const value = await work
    result[`${name}Ms`] = clock.now() - begin
    return value
  }
  try {
    const { address } = await timed('dns', within(clock, lookup(target.host)))
    const name = `${target.host}:${target.port}`
    socket = connectTcp({ host: address, port: target.port })
    await timed('tcp', ready(socket, 'connect', STEP_TIMEOUT_MS, name))
    if (target.kind !== 'tcp') {
      socket = connectTls({ ...tlsOptions(target.host, undefined), socket })
      await timed('tls', ready(socket, 'secureConnect', STEP_TIMEOUT_MS, name))
    }
    if (target.kind === 'https') {
      result.httpStatus = await timed('http', head(socket, target))
      if (result.httpStatus >= 500) throw new Error(`HTTP ${result.httpStatus}`)
    }
    result.ok = true
  } catch (error) {
    result.failedAt = step
    result.error = sentence(error)
  } finally {
    socket?.destroy()
  }
  return result
}

/** The HTTP status that a connected service answers a `HEAD` request with. @throws (rejects) where it answers with nothing */
export function head(socket: Socket, { host, path = '/' }: ProbeTarget): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        createConnection: () => socket,
        method: 'HEAD',
        path: encodeURI(path),
        timeout: STEP_TIMEOUT_MS,
        headers: { host, connection: 'close' },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    sent.once('error', reject)
    sent.once('timeout', () => sent.destroy(new Error(`no answer in ${STEP_TIMEOUT_MS / 1000} s`)))
    sent.end()
  })
}

/** A name lookup has no time limit of its own. */
function within<T>(clock: Pick<Clock, 'after'>, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`no answer in ${STEP_TIMEOUT_MS / 1000} s`))
    work.then(resolve, reject).finally(clock.after(STEP_TIMEOUT_MS, late))
  })
}

/** One line without control characters, as the wire wants it. */
function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 200)
}
