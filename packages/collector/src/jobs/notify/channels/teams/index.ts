import type { Compose } from '../../delivery/channel.ts'
import type { Message } from '../../delivery/message.ts'

const COLOURS: Readonly<Partial<Record<Message['type'], string>>> = {
  opened: 'Attention',
  reopened: 'Attention',
  grown: 'Attention',
  'suspect-changed': 'Warning',
  resolved: 'Good',
  trouble: 'Attention',
  warning: 'Warning',
  'trouble-over': 'Good',
}

/** Text as it is: a TextBlock would take Markdown, and a machine's word in it might be a link. */
const block = (run: { text: string; [style: string]: string }) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', ...run }],
})

/**
 * An Adaptive Card for a Teams workflow "Post to a channel when a webhook request is received", which took the place of
 * Office 365 connectors: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
export const teams: Compose = (message) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block({
              size: 'Medium',
              weight: 'Bolder',
              color: COLOURS[message.type] ?? 'Default',
              text: message.title,
            }),
            ...message.text.split('\n').map((text) => block({ text })),
          ],
          actions: [
            ...(message.link === undefined
              ? []
              : [{ type: 'Action.OpenUrl', title: 'Open in Pumphandle', url: message.link }]),
            ...(message.acknowledge === undefined
              ? []
              : [{ type: 'Action.OpenUrl', title: 'Acknowledge', url: message.acknowledge }]),
          ],
        },
      },
    ],
  }),
})
