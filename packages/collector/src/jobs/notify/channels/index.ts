import type { ChannelKind, ChannelType } from '../delivery/channel.ts'
import { byPost } from '../delivery/deliver.ts'
import { email } from './email/index.ts'
import { ntfy } from './ntfy/index.ts'
import { opsgenie } from './opsgenie/index.ts'
import { pagerduty } from './pagerduty/index.ts'
import { slack } from './slack/index.ts'
import { sms } from './sms/index.ts'
import { syslog } from './syslog/index.ts'
import { teams } from './teams/index.ts'
import { webhook } from './webhook/index.ts'

/** Every kind of channel. A new one is a folder beside these and a line here and in the API's CHANNEL_KINDS. */
export const CHANNELS: Readonly<Record<ChannelKind, ChannelType>> = {
  webhook: byPost(webhook),
  slack: byPost(slack),
  pagerduty: byPost(pagerduty),
  opsgenie: byPost(opsgenie),
  sms: byPost(sms),
  syslog,
  teams: byPost(teams),
  ntfy: byPost(ntfy),
  email,
}
