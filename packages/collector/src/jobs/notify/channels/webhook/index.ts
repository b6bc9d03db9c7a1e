import { createHmac } from 'node:crypto'
import type { Compose } from '../../delivery/channel.ts'

/**
 * Plain JSON to any program: the message and the incident as the API has it. With a secret it is signed, so that the other end
 * knows who sent it and when: `X-Pumphandle-Signature: v1=` and the hexadecimal HMAC-SHA-256 of `timestamp.body`, where
 * `X-Pumphandle-Timestamp` is in seconds since 1970. Who refuses times more than five minutes off, and a signature that was there
 * before, cannot be played an old message. The header `X-Pumphandle-Delivery` is not signed: it is for finding a request again.
 */
export const webhook: Compose = (message, { secret, now }) => {
  const { id, type, title, text, link, at, incident, hold } = message
  const body = JSON.stringify({
    id,
    type,
    title,
    text,
    link: link ?? null,
    at,
    incident: incident ?? null,
    hold: hold ?? null,
  })
  // a message that is tried again has the same key
  const headers = { 'content-type': 'application/json', ...(id === undefined ? {} : { 'idempotency-key': id }) }
  if (secret === '') return { headers, body }
  const timestamp = String(Math.floor(now / 1000))
  return {
    headers: {
      ...headers,
      'x-pumphandle-timestamp': timestamp,
      'x-pumphandle-delivery': crypto.randomUUID(),
      'x-pumphandle-signature': `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
    },
    body,
  }
}
