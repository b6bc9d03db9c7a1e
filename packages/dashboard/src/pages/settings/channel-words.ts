import type { ChannelRow } from '@pumphandle/shared/api'
import { placesText } from './places.ts'

export const KINDS: Record<ChannelRow['kind'], string> = {
  teams: 'Microsoft Teams',
  email: 'Email',
  slack: 'Slack',
  pagerduty: 'PagerDuty',
  opsgenie: 'Opsgenie or compatible',
  ntfy: 'ntfy',
  sms: 'SMS gateway',
  syslog: 'Syslog',
  webhook: 'Webhook (JSON)',
}

/** Where an address is not simply https://. */
export const ADDRESS: Partial<Record<ChannelRow['kind'], string>> = {
  email: 'it@icb.example, oncall@icb.example',
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
  opsgenie: 'https://api.eu.opsgenie.com',
  sms: 'https://gateway.example/send?to=+44...&text={text}',
  syslog: 'syslog://host:514',
}
/** What a kind calls its secret; others have it in their address. */
export const SECRET: Partial<Record<ChannelRow['kind'], string>> = {
  pagerduty: 'Integration key',
  opsgenie: 'API key',
  sms: 'Token',
  webhook: 'Signing secret',
}

/** Whose address it is, where that can be seen; so that nobody has to say it twice. */
const BY_ADDRESS: readonly (readonly [RegExp, ChannelRow['kind']])[] = [
  [/^(mailto:)?[^/:\s,;]+@[^/:\s,;]+\.[^/:\s,;]+(\s*[,;]\s*[^/:\s,;]+@[^/:\s,;]+)*$/, 'email'],
  [/^https:\/\/[\w.-]+\.(webhook\.office\.com|logic\.azure\.com|powerplatform\.com)[/:]/, 'teams'],
  [/^https:\/\/hooks\.slack\.com\//, 'slack'],
  [/^https:\/\/events\.(eu\.)?pagerduty\.com\//, 'pagerduty'],
  [/^https:\/\/api\.(eu\.)?opsgenie\.com/, 'opsgenie'],
  [/^https:\/\/ntfy\./, 'ntfy'],
  [/^syslog(\+\w+)?:\/\//, 'syslog'],
]
/** As a field for addresses takes them, whatever they were pasted from. */
export const addressesOf = (text: string) => text.replace(/^\s*mailto:/i, '').replaceAll(';', ',')

export const kindOf = (address: string) => BY_ADDRESS.find(([pattern]) => pattern.test(address.trim()))?.[1]

/** When a channel is told, in words. */
export function whenTold({ afterMinutes, quiet, downMinutes, backMinutes, digest }: ChannelRow): string {
  const begins = downMinutes === 0 ? 'at once' : `what lasts ${downMinutes} min`
  return [
    afterMinutes === 0 ? begins : `after ${afterMinutes} min if nobody has acknowledged`,
    ...(backMinutes === 0 ? [] : [`over after ${backMinutes} min`]),
    ...(quiet === '' ? [] : [`quiet ${quiet}`]),
    ...(digest === '' ? [] : [`small incidents at ${digest}`]),
  ].join(', ')
}

/** Of what it is told, in words. */
export function ofWhat({ places, q }: ChannelRow): string {
  const where = placesText(places)
  return [where, q].filter((part) => part !== '').join(', of these ') || 'the whole fleet'
}
