import type { ChannelKind, Compose } from '../channel.ts'
import { ntfy } from './ntfy/index.ts'
import { teams } from './teams/index.ts'
import { webhook } from './webhook/index.ts'

/** Every kind of channel. A new one is a folder beside these and a line here and in the API's CHANNEL_KINDS. */
export const CHANNELS: Readonly<Record<ChannelKind, Compose>> = { webhook, teams, ntfy }
