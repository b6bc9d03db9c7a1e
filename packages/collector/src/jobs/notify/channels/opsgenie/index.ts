import { firstOf } from '@pumphandle/shared/words'
import type { Compose } from '../../delivery/channel.ts'
import { isOver, keyOf, type Urgency, urgencyOf } from '../../delivery/message.ts'

/** Longer messages are refused. */
const MOST_MESSAGE = 130
const PRIORITY: Readonly<Record<Urgency, string>> = { urgent: 'P1', warning: 'P3', calm: 'P5' }

/**
 * Alert API v2, which others offer too; the channel's address is the base, such as https://api.eu.opsgenie.com, and its secret
 * the API key: https://docs.opsgenie.com/docs/alert-api
 */
export const opsgenie: Compose = (message, { secret, url }) => {
  const base = url.replace(/\/+$/, '')
  const alias = keyOf(message)
  const headers = { 'content-type': 'application/json', authorization: `GenieKey ${secret}` }
  if (isOver(message))
    return {
      url: `${base}/v2/alerts/${encodeURIComponent(alias)}/close?identifierType=alias`,
      headers,
      body: JSON.stringify({ source: 'pumphandle', note: message.text }),
    }
  return {
    url: `${base}/v2/alerts`,
    headers,
    body: JSON.stringify({
      message: firstOf(message.title, MOST_MESSAGE),
      alias,
      description: message.link === undefined ? message.text : `${message.text}\n${message.link}`,
      source: 'pumphandle',
      priority: PRIORITY[urgencyOf(message)],
    }),
  }
}
