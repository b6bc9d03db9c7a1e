import { request } from 'node:http'
import type { EnrolRequest, EnrolResponse } from '@pumphandle/shared/wire'
import { ENROL_PATH } from '@pumphandle/shared/wire/protocol'
import { DIAL_TIMEOUT_MS, dial, type Route } from './dial.ts'

/** The collector did not enrol this machine. `isFinal`: trying again with the same token will not help. */
export class EnrolError extends Error {
  override name = 'EnrolError'
  readonly isFinal: boolean
  constructor(message: string, isFinal: boolean) {
    super(message)
    this.isFinal = isFinal
  }
}

/** The answer holds an id and a secret; more is not read. */
const MAX_ANSWER_BYTES = 8192

/**
 * Exchanges an enrolment token for the machine's id and secret.
 *
 * @throws (rejects) EnrolError with a sentence that says what to do, or the network's own error
 */
export async function enrol(route: Route, token: string, body: EnrolRequest): Promise<EnrolResponse> {
  const socket = await dial(route)
  const { status, text } = await post(socket, route.url.host, token, JSON.stringify(body))
  if (status === 401 || status === 403)
    throw new EnrolError('The collector does not accept this enrolment token: make a new one on its page.', true)
  if (status !== 200 && status !== 201)
    throw new EnrolError(`The collector answered enrolment with HTTP ${status}.`, false)
  const { readEnrolResponse } = await import('./collector-frame.ts')
  const answer = readEnrolResponse(text)
  if (answer === undefined)
    throw new EnrolError('The answer to enrolment is not a collector’s: check the address.', false)
  return answer
}

function post(
  socket: Awaited<ReturnType<typeof dial>>,
  host: string,
  token: string,
  body: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        createConnection: () => socket,
        method: 'POST',
        path: ENROL_PATH,
        timeout: DIAL_TIMEOUT_MS,
        headers: {
          host,
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          connection: 'close',
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          if (text.length < MAX_ANSWER_BYTES) text += part
        })
        response.once('error', reject)
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    // a tunnel without TLS comes paused
    sent.once('socket', () => socket.resume())
    sent.once('error', reject)
    sent.once('timeout', () => sent.destroy(new Error(`${host} did not answer the enrolment in time.`)))
    sent.end(body)
  })
}
