import type { ChannelKind, Send } from '../delivery/channel.ts'
import { byPost } from '../delivery/deliver.ts'
import { email } from './email/index.ts'
import { ntfy } from './ntfy/index.ts'
import { teams } from './teams/index.ts'
import { webhook } from './webhook/index.ts'

/** Every kind of channel. A new one is a folder beside these and a line here and in the API's CHANNEL_KINDS. */
export const CHANNELS: Readonly<Record<ChannelKind, Send>> = {
  webhook: byPost(webhook),
  teams: byPost(teams),
  ntfy: byPost(ntfy),
  email,
}
