import { firstOf } from '@pumphandle/shared/words'
import type { Compose } from '../../delivery/channel.ts'

/** Three parts of a concatenated message: a sentence, its numbers, and a link. */
const MOST_CHARACTERS = 459

/**
 * Any gateway that takes HTTP. `{text}` in the address stands for the message; where it has none, the message is sent as
 * JSON, `{"text": "..."}`. The channel's secret goes as a bearer token. Numbers are the gateway's affair, or in the address.
 */
export const sms: Compose = ({ title, text, link }, { secret, url }) => {
  const said = firstOf(`${title}. ${text}`, MOST_CHARACTERS - (link?.length ?? 0) - 1)
  const message = link === undefined ? said : `${said} ${link}`
  const place = /\{text\}|%7Btext%7D/i
  const authorization = secret === '' ? {} : { authorization: `Bearer ${secret}` }
  if (place.test(url))
    return { url: url.replace(place, () => encodeURIComponent(message)), headers: authorization, body: '' }
  return {
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ text: message }),
  }
}
