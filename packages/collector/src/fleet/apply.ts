import { DAY } from '@pumphandle/shared/time'
import type { AgentEvent, EventOf, Hello } from '@pumphandle/shared/wire'
import { CRASHED_MS } from './judge.ts'
import { type FleetMachine, rememberUncleanBoot } from './machine.ts'

/** A crash report that is so much older than the boot that told of a crash is about another one. */
const SAME_CRASH_MS = DAY

/** What a connection's first frame says of a machine. `startedAt` is the boot's start by the collector's clock. */
export function applyHello(m: FleetMachine, hello: Hello, startedAt: number, now: number): void {
  const { bootId, previousEnd } = hello.boot
  m.agentVersion = hello.agent.version
  if (m.bootId === bootId) return
  const vanished = m.bootId !== undefined && m.heardThisRun && m.goodbye === undefined
  const end = previousEnd === 'unknown' && !vanished ? 'clean' : previousEnd
  applyBoot(m, { bootId, end, startedAt, now })
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

function applyBoot(m: FleetMachine, { bootId, end, startedAt, now }: Boot): void {
  const before = m.lastHeard
  if (m.bootId !== bootId) {
    m.bootId = bootId
    m.bootHeardAt = Math.min(startedAt, now)
  }
  if (end === 'clean') {
    m.uncleanBoots = []
    return
  }
  const news = rememberUncleanBoot(m, { bootId, at: Math.min(startedAt, now), end })
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
