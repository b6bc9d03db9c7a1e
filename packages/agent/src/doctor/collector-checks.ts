import { request } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { DAY } from '@pumphandle/shared/time'
import { trustedRoute } from '../run/identity.ts'
import { DIAL_TIMEOUT_MS, dial } from '../uplink/dial.ts'
import { type Check, type Finding, info, ok, type Patient, skipped, wrong } from './check.ts'

/** A certificate that ends sooner needs someone now. */
const CERTIFICATE_DAYS = 14
/** Skew is measured and corrected; beyond this, TLS and sign-in fail on the machine itself. */
const MAX_SKEW_MS = 5 * 60_000

interface Reached {
  socket: Socket
  /** By which it was reached. */
  proxy: string | undefined
}

/** As the agent does: where no proxy is set, by the system's own if the direct way is closed. */
async function connect({ stored, secrets, around }: Patient): Promise<Reached | undefined> {
  if (stored === undefined) return undefined
  const by = async (proxy: string | undefined): Promise<Reached> => {
    const settings = { ...stored, ...(proxy !== undefined && { proxy }) }
    return { socket: await dial(await trustedRoute(settings, secrets, around)), proxy }
  }
  try {
    return await by(stored.proxy)
  } catch (error) {
    const proxy = stored.proxy === undefined ? around.windows?.systemProxy() : undefined
    if (proxy === undefined) throw error
    return by(proxy)
  }
}

/** The way to the collector, step by step. */
export const COLLECTOR_CHECKS: Check[] = [
  {
    code: 'reach',
    title: 'Connection to the collector',
    look: async (patient) => {
      const reached = await connect(patient)
      if (reached === undefined) return skipped('There is no collector to reach.')
      const { socket, proxy } = reached
      socket.destroy()
      return ok(`The collector answers${proxy ? ` through the proxy ${proxy}` : ''}.`)
    },
  },
  {
    code: 'certificate',
    title: 'The collector’s certificate',
    look: async (patient) => {
      const socket = (await connect(patient))?.socket
      if (socket === undefined) return skipped('There is no collector to reach.')
      try {
        if (!(socket instanceof TLSSocket)) return info('Without TLS, as it only ever is on this computer itself.')
        return certificateFinding(socket, patient.clock.now())
      } finally {
        socket.destroy()
      }
    },
  },
  {
    code: 'clock',
    title: 'This computer’s clock',
    look: async (patient) => {
      const socket = (await connect(patient))?.socket
      if (socket === undefined || patient.stored === undefined) return skipped('There is no collector to compare with.')
      const date = await dateOf(socket, new URL(patient.stored.collectorUrl).host)
      if (date === undefined) return skipped('The collector does not tell its time.')
      const skew = patient.clock.now() - date
      const seconds = Math.round(Math.abs(skew) / 1000)
      const way = skew < 0 ? 'behind' : 'ahead of'
      return Math.abs(skew) > MAX_SKEW_MS
        ? wrong(`The clock is ${seconds} s ${way} the collector’s: set it, or sign-in and TLS will fail.`)
        : ok(`The clock is within ${seconds + 1} s of the collector’s.`)
    },
  },
]

function certificateFinding(socket: TLSSocket, now: number): Finding {
  const { issuer, valid_to: validTo } = socket.getPeerCertificate()
  const days = Math.floor((Date.parse(validTo) - now) / DAY)
  const by = String(issuer.CN ?? issuer.O ?? 'unknown')
  return days < CERTIFICATE_DAYS
    ? wrong(`The collector’s certificate, signed by ${by}, ends in ${days} days: renew it at the collector.`)
    : ok(`Signed by ${by}, valid for ${days} days, ${socket.getProtocol() ?? 'TLS'}.`)
}

/** The `Date` header of any answer, as milliseconds. */
function dateOf(socket: Socket, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { createConnection: () => socket, method: 'HEAD', path: '/livez', headers: { host }, timeout: DIAL_TIMEOUT_MS },
      (response) => {
        const date = Date.parse(response.headers.date ?? '')
        response.resume()
        socket.destroy()
        resolve(Number.isNaN(date) ? undefined : date)
      },
    )
    // a tunnel without TLS comes paused
    sent.once('socket', () => socket.resume())
    sent.once('error', reject)
    sent.end()
  })
}
