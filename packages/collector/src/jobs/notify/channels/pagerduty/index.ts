import { firstOf } from '@pumphandle/shared/words'
import type { Compose } from '../../delivery/channel.ts'
import { isOver, keyOf, type Urgency, urgencyOf } from '../../delivery/message.ts'

/** Longer summaries are refused. */
const MOST_SUMMARY = 1024
const SEVERITY: Readonly<Record<Urgency, string>> = { urgent: 'critical', warning: 'warning', calm: 'info' }

/** Events API v2; its integration key is the channel's secret: https://developer.pagerduty.com/docs/events-api-v2-overview */
export const pagerduty: Compose = (message, { secret }) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    routing_key: secret,
    event_action: isOver(message) ? 'resolve' : 'trigger',
    dedup_key: keyOf(message),
    ...(message.link === undefined ? {} : { links: [{ href: message.link, text: 'Open in Pumphandle' }] }),
    payload: {
      summary: firstOf(message.title, MOST_SUMMARY),
      source: 'pumphandle',
      severity: SEVERITY[urgencyOf(message)],
      timestamp: new Date(message.at).toISOString(),
      custom_details: { text: message.text },
    },
  }),
})
