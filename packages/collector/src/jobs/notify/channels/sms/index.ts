import { firstOf } from '@pumphandle/shared/words'
import type { Compose } from '../../delivery/channel.ts'

/** Three parts of a concatenated message: a sentence, its numbers, and a link. */
const MOST_CHARACTERS = 459

/**
 * Any gateway that takes HTTP. `{text}` in the address stands for the message; where it has none, the message is sent as
 * JSON, `{"text": "..."}`. The channel's secret goes as a bearer token. Numbers are the gateway's affair, or in the address.
 */
export const sms: Compose = ({ title, text, link, acknowledge }, { secret, url }) => {
  // two addresses would leave no room for words; the page that acknowledges leads on to the incident
  const address = acknowledge ?? link
  const said = firstOf(plain(`${title}. ${text}`), MOST_CHARACTERS - (address?.length ?? 0) - 1)
  const message = address === undefined ? said : `${said} ${address}`
  const place = /\{text\}|%7Btext%7D/i
  const authorization = secret === '' ? {} : { authorization: `Bearer ${secret}` }
  if (place.test(url))
    return { url: url.replace(place, () => encodeURIComponent(message)), headers: authorization, body: '' }
  return {
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ text: message }),
  }
}

/** One sign that GSM 7-bit lacks makes each part of a message less than half as long: these have a plain form that it has. */
const PLAIN: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '…': '...',
  '–': '-',
  '—': '-',
  '×': 'x',
  '\u00a0': ' ',
  '\u202f': ' ',
}
const plain = (text: string) => text.replaceAll(/[“”‘’…–—×\u00a0\u202f]/g, (sign) => PLAIN[sign] ?? sign)
