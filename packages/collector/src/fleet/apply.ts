import { DAY, MINUTE } from '@pumphandle/shared/time'
import type { AgentEvent, BootEnd, EventOf, Hello } from '@pumphandle/shared/wire'
import { CRASHED_MS } from './judge.ts'
import { type FleetMachine, MAX_EARLIER_BOOTS, rememberUncleanBoot } from './machine.ts'

/** A crash report that is older than the boot that told of a crash by more than this is about another crash. */
const SAME_CRASH_MS = DAY

/** How much earlier, at least, an older session of the same machine began than the one that is known. */
const OLDER_MS = MINUTE

/**
 * Whether a hello tells of a start of Windows that is not known yet. The same id with another end is another boot: a clock
 * without a battery begins each morning at the same second. An agent that lives through fast start-up may still tell of
 * the boot before.
 * @param startedAt when that boot began, by the collector's clock
 */
export function isNewBoot(m: FleetMachine, { boot }: Pick<Hello, 'boot'>, startedAt: number): boolean {
  if (m.bootId === undefined) return true
  if (m.bootId === boot.bootId) return isAnotherEnd(m.helloEnd, boot.previousEnd)
  const isOlder = !m.heardThisRun && startedAt < m.bootHeardAt - OLDER_MS
  return !isOlder && !m.earlierBoots.includes(boot.bootId)
}

/** An agent may learn more of one end, but a clean one does not become a crash. */
function isAnotherEnd(known: BootEnd | undefined, told: BootEnd): boolean {
  if (known === undefined || known === 'unknown' || told === 'unknown') return false
  return (known === 'clean') !== (told === 'clean')
}

/** Tells the machine's boot from others, also from earlier ones of the same id. */
export function bootKey(m: FleetMachine, bootId: string): string {
  return m.bootTurn === 0 || m.bootId !== bootId ? bootId : `${bootId} ${m.bootTurn}`
}

/**
 * The boot event that belongs to the hello of a boot whose id an earlier one had, under an id of its own: it would else be
 * taken for the earlier one told again. All other events as they are.
 */
export function namedApart(m: FleetMachine, event: AgentEvent): AgentEvent {
  const isOfTurn = event.type === 'boot' && event.bootId === m.bootId && m.bootTurn > 0
  if (!isOfTurn || m.helloEnd === undefined || isAnotherEnd(m.helloEnd, event.previous.end)) return event
  return { ...event, id: `${event.id.slice(0, MAX_EVENT_ID - 8)}:${m.bootTurn}` }
}

/** What the wire allows. */
const MAX_EVENT_ID = 80

/** What a connection's first frame says of a machine. `startedAt` is the boot's start by the collector's clock. */
export function applyHello(m: FleetMachine, hello: Hello, startedAt: number, now: number): void {
  const { bootId, previousEnd } = hello.boot
  m.agentVersion = hello.agent.version
  const isNew = isNewBoot(m, hello, startedAt)
  const isSame = m.bootId === bootId
  if (!isNew) {
    if (isSame) m.helloEnd = previousEnd
    return
  }
  const vanished = m.bootId !== undefined && m.heardThisRun && m.goodbye === undefined
  const end = previousEnd === 'unknown' && !vanished ? 'clean' : previousEnd
  if (isSame) {
    m.bootTurn++
    m.bootHeardAt = Math.min(startedAt, now)
  }
  applyBoot(m, { bootId, end, startedAt, now }, bootKey(m, bootId))
  m.helloEnd = previousEnd
}

/** What an event says of a machine. `at` is when it happened by the collector's clock. */
export function applyEvent(m: FleetMachine, event: AgentEvent, at: number, now: number): void {
  switch (event.type) {
    case 'boot':
      // an older boot, out of the log, says nothing about now
      if (event.bootId === m.bootId || at > m.bootHeardAt)
        applyBoot(m, { bootId: event.bootId, end: event.previous.end, startedAt: at, now })
      else if (event.previous.end === 'bugcheck' || event.previous.end === 'unexpected')
        rememberUncleanBoot(m, { bootId: event.bootId, at, end: event.previous.end })
      return
    case 'boot-loop':
      // the agent counted; boots that the collector knows already are among them
      for (let i = m.uncleanBoots.filter((b) => b.at >= event.since).length; i < Math.min(event.boots, 20); i++)
        rememberUncleanBoot(m, { bootId: `${event.id}:${i}`, at, end: 'unexpected' })
      return
    case 'crash':
      if (event.kind === 'bugcheck') applyBugcheck(m, event, at, now)
      return
    case 'vitals':
      m.vitals = { at, value: event }
      return
    default:
      return
  }
}

interface Boot {
  readonly bootId: string
  readonly end: 'clean' | 'bugcheck' | 'unexpected' | 'unknown'
  readonly startedAt: number
  readonly now: number
}

/** @param key tells this boot from another of the same id */
function applyBoot(m: FleetMachine, { bootId, end, startedAt, now }: Boot, key = bootId): void {
  const before = m.lastHeard
  if (m.bootId !== bootId) {
    if (m.bootId !== undefined) m.earlierBoots = [...m.earlierBoots, m.bootId].slice(-MAX_EARLIER_BOOTS)
    m.bootId = bootId
    m.bootTurn = 0
    m.helloEnd = undefined
    m.bootHeardAt = Math.min(startedAt, now)
  }
  if (end === 'clean') {
    m.uncleanBoots = []
    return
  }
  const news = rememberUncleanBoot(m, { bootId: key, at: Math.min(startedAt, now), end })
  if (end === 'bugcheck' && news && startedAt > now - CRASHED_MS)
    m.bugcheck = { at: Math.min(before, startedAt), knownAt: startedAt, stop: undefined, culprit: undefined }
}

function applyBugcheck(m: FleetMachine, event: EventOf<'crash'>, at: number, now: number): void {
  const known = m.bugcheck
  const crash = { at, stop: event.stopCode, culprit: event.culprit?.driver }
  if (known !== undefined && known.knownAt > now - CRASHED_MS && at > known.at - SAME_CRASH_MS) {
    if (known.stop === undefined || at >= known.at) m.bugcheck = { ...crash, knownAt: Math.max(known.knownAt, at) }
  } else if (at > now - CRASHED_MS) m.bugcheck = { ...crash, knownAt: at }
}
