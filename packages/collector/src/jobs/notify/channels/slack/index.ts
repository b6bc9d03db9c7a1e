import { firstOf } from '@pumphandle/shared/words'
import type { Compose } from '../../delivery/channel.ts'

/** An incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack: Compose = ({ title, text, link, acknowledge }) => {
  const buttons = [
    ...(link === undefined ? [] : [button('Open in Pumphandle', link)]),
    ...(acknowledge === undefined ? [] : [button('Acknowledge', acknowledge)]),
  ]
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      // what a notification shows, and who cannot see blocks
      text: escaped(`${title}\n${text}`),
      blocks: [
        {
          type: 'section',
          text: { type: 'mrkdwn', text: firstOf(`*${escaped(title)}*\n${escaped(text)}`, MOST_TEXT) },
        },
        ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : []),
      ],
    }),
  }
}

/** Slack refuses a section with more. */
const MOST_TEXT = 3000
const button = (text: string, url: string) => ({ type: 'button', text: { type: 'plain_text', text }, url })
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
