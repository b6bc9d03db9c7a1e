import type { Compose } from '../../delivery/channel.ts'

/** Plain JSON to any program: the message and the incident as the API has it. */
export const webhook: Compose = ({ id, type, title, text, link, at, incident }) => ({
  headers: { 'content-type': 'application/json', ...(id === undefined ? {} : { 'idempotency-key': id }) },
  body: JSON.stringify({ id, type, title, text, link: link ?? null, at, incident: incident ?? null }),
})
