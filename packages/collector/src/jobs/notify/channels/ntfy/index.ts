import type { Compose } from '../../delivery/channel.ts'

/** Urgent where machines fall ill, as https://docs.ntfy.sh/publish/ numbers it: 5 rings through "do not disturb". */
const PRIORITY: Readonly<Record<string, string>> = {
  opened: '5',
  reopened: '5',
  grown: '5',
  'suspect-changed': '4',
  trouble: '4',
  warning: '4',
}

/** Plain text with headers, as ntfy takes it; anything else that takes a text POST shows the sentence. */
export const ntfy: Compose = ({ type, title, text, link, acknowledge }) => ({
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    title: encoded(title),
    priority: PRIORITY[type] ?? '3',
    ...(link === undefined ? {} : { click: link }),
    ...(acknowledge === undefined ? {} : { actions: `view, Acknowledge, ${acknowledge}` }),
  },
  body: text,
})

/** Headers are ASCII: other text goes as RFC 2047 encodes it, which ntfy reads. */
function encoded(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
}
