import type { IncidentRow, PREVIEWS } from '@pumphandle/shared/api'
import { MINUTE } from '@pumphandle/shared/time'
import { digestMessage, type Message, messageOf, testMessage } from './message.ts'

/** What a message can be about. */
export type Stage = (typeof PREVIEWS)[number]

/** The incident of 19 July 2024, for whoever wants to see a message before anything is wrong. */
export function exampleIncident(now: number): IncidentRow {
  const name = 'falcon/291'
  const version = '2024-07-19T04:09Z'
  const component = {
    kind: 'content',
    name,
    version,
    key: `content:${name}@${version}`,
    label: 'Falcon channel file 291',
  }
  return {
    id: 1,
    kind: 'component',
    status: 'open',
    title: 'Example: Falcon channel file 291 is crashing machines',
    sentence: '1,204 machines received it; 311 of them crashed or vanished. This is an example, nothing is wrong.',
    cause: component as IncidentRow['cause'],
    partner: null,
    confidence: 'certain',
    openedAt: now - 2 * MINUTE,
    firstFailureAt: now - 3 * MINUTE,
    lastFailureAt: now - MINUTE,
    resolvedAt: null,
    cohorts: { affected: 287, 'at-risk': 893, recovered: 24, relapsed: 0, missing: 0, cleared: 0 },
    practices: 40,
    stopped: 17,
    growth: 120,
    owner: null,
    mergedInto: null,
  }
}

interface Previewing {
  readonly shown: IncidentRow
  readonly stage: Stage
  readonly channel: string
  readonly at: number
  readonly address: string | undefined
  /** Whether the channel's messages have a link that acknowledges. */
  readonly hasLink: boolean
}

/** A message as it would be. Its link that acknowledges is none: it would work. */
export function previewOf({ shown, stage, channel, at, address, hasLink }: Previewing): Message {
  if (stage === 'test') return testMessage(channel, at, address)
  if (stage === 'digest') return digestMessage([shown], at, address)
  const acknowledge = hasLink && stage !== 'resolved' && address !== undefined ? `${address}/acknowledge#…` : undefined
  return { ...messageOf({ incident: shown, type: stage, at, address, acknowledge }), id: 'notification-…' }
}
