import type { Compose } from '../../delivery/channel.ts'

/** Plain JSON to any program: the message and the incident as the API has it. */
export const webhook: Compose = ({ type, title, text, link, at, incident }) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ type, title, text, link: link ?? null, at, incident: incident ?? null }),
})
