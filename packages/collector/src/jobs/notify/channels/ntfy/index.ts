import type { Compose } from '../../delivery/channel.ts'
import { type Urgency, urgencyOf } from '../../delivery/message.ts'

/** As https://docs.ntfy.sh/publish/ numbers it: 5 rings through "do not disturb". */
const PRIORITY: Readonly<Record<Urgency, string>> = { urgent: '5', warning: '4', calm: '3' }

/** Plain text with headers, as ntfy takes it; anything else that takes a text POST shows the sentence. */
export const ntfy: Compose = ({ type, mild, title, text, link, acknowledge }) => ({
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    title: encoded(title),
    priority: PRIORITY[urgencyOf({ type, mild })],
    ...(link === undefined ? {} : { click: link }),
    ...(acknowledge === undefined ? {} : { actions: `view, Acknowledge, ${acknowledge}` }),
  },
  body: text,
})

/** Headers are ASCII: other text goes as RFC 2047 encodes it, which ntfy reads. */
function encoded(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
}
