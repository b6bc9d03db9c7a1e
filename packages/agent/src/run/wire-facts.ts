import { createHash } from 'node:crypto'
import type { AgentEvent, Component, EventOf } from '@pumphandle/shared/wire'
import { MAX_NAME, MAX_TEXT } from '@pumphandle/shared/wire/limits'
import { withoutAbsent } from '../config/settings.ts'
import type { Boot, BootLoop } from '../sources/boots/boot.ts'
import type { ComponentFact } from '../sources/component.ts'
import type { Crash } from '../sources/crashes/crash.ts'
import type { ServiceFailure } from '../sources/crashes/services.ts'
import type { NetworkLossFact } from '../sources/system/network.ts'
import type { UpdateFact } from '../sources/system/updates.ts'

// The sources' facts in the words of the wire: times as milliseconds, texts within the wire's bounds, nulls left out.

/** Whatever clock the boot under way has: this computer's own time, by which frames are stamped, is by it. */
export function byPresentClock(boots: readonly Boot[]): readonly Boot[] {
  const present = boots.at(-1)
  return present?.clockSaid === undefined ? boots : boots.with(-1, { ...present, startedAt: present.clockSaid })
}

export function bootEvent(boot: Boot): EventOf<'boot'> {
  const { bootId, start, safeMode, previous } = boot
  return {
    id: `boot:${bootId}`,
    at: Date.parse(boot.startedAt),
    type: 'boot',
    bootId,
    start,
    ...(safeMode && { safeMode }),
    previous: {
      end: previous.end,
      ...(previous.at !== undefined && { at: Date.parse(previous.at) }),
      ...(previous.reason && { reason: text(previous.reason) }),
    },
  }
}

export function bootLoopEvent(loop: BootLoop): EventOf<'boot-loop'> {
  const since = Date.parse(loop.since)
  return { id: `boot-loop:${loop.since}`, at: Date.parse(loop.until), type: 'boot-loop', boots: loop.boots, since }
}

export function crashEvent(crash: Crash): EventOf<'crash'> {
  const { culprit, drivers } = crash
  return withoutAbsent({
    id: eventId(crash.id),
    at: Date.parse(crash.at),
    type: 'crash',
    kind: crash.kind,
    stopCode: hex(crash.stopCode),
    stopName: name(crash.stopName),
    parameters: crash.parameters.length > 0 ? crash.parameters.flatMap((value) => hex(value) ?? []) : undefined,
    culprit:
      culprit === null
        ? undefined
        : withoutAbsent({
            driver: name(culprit.driver) ?? 'unknown',
            version: name(culprit.version),
            builtAt: culprit.builtAt === undefined ? undefined : Date.parse(culprit.builtAt),
            reason: text(culprit.reason),
            confidence: culprit.confidence,
          }),
    uptimeSeconds: crash.uptimeSeconds,
    bootId: crash.bootId,
    dump: name(crash.dump),
    drivers: drivers?.map((driver) => withoutAbsent({ name: name(driver.name) ?? '?', version: name(driver.version) })),
    process: name(crash.process),
    processVersion: name(crash.processVersion),
    module: name(crash.module),
    moduleVersion: name(crash.moduleVersion),
    exceptionCode: hex(crash.exceptionCode),
    count: crash.count,
    sources: crash.sources.slice(0, 8),
  }) as EventOf<'crash'>
}

export function updateEvent(update: UpdateFact): EventOf<'update'> {
  const kb = name(update.kb)
  const errorCode = hex(update.errorCode)
  return {
    id: eventId(update.id),
    at: Date.parse(update.at),
    type: 'update',
    title: text(update.title),
    ...(kb !== undefined && { kb }),
    outcome: update.outcome,
    ...(errorCode !== undefined && { errorCode }),
  }
}

export function networkLossEvent(loss: NetworkLossFact): EventOf<'network-loss'> {
  return { id: eventId(loss.id), at: Date.parse(loss.at), type: 'network-loss', until: Date.parse(loss.until) }
}

/** No product, so that nobody takes it for a sensor's service. */
export function serviceFailureEvent({ id, at, service }: ServiceFailure): EventOf<'service-state'> {
  const known = { service: name(service) ?? '?', state: 'stopped', unexpected: true } as const
  return { id: eventId(id), at: Date.parse(at), type: 'service-state', ...known }
}

/** What is left over of a removed product can break nothing: a scan prints it, and the collector is not told of it. */
export function wireComponents(facts: readonly ComponentFact[]): Component[] {
  return facts.filter(({ detail }) => detail?.['state'] !== 'leftover').map(wireComponent)
}

function wireComponent(fact: ComponentFact): Component {
  const { kind, at, detail } = fact
  return {
    kind,
    name: name(fact.name) ?? '?',
    version: name(fact.version) ?? '?',
    ...(at !== null && { arrivedAt: Date.parse(at) }),
    ...(detail && {
      detail: Object.fromEntries(Object.entries(detail).map(([key, value]) => [name(key) ?? '?', text(value)])),
    }),
  }
}

/** The newest `limit`, oldest of them first: a log of years must not become a day's traffic. */
export function newest<T extends AgentEvent>(events: readonly T[], limit: number): T[] {
  return events.toSorted((a, b) => a.at - b.at).slice(-limit)
}

/** An id as the wire allows it: a longer one, or one with other characters, becomes its hash, the same each time. */
function eventId(id: string): string {
  if (/^[\w.:-]{1,80}$/.test(id)) return id
  return `hash:${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
}

/** The shortest form, as the wire has it: `0x50`, not `0x00000050`. */
function hex(value: string | null | undefined): string | undefined {
  return value ? `0x${BigInt(value).toString(16)}` : undefined
}

/** A name as the wire allows it; undefined where nothing is left of it. */
export function name(value: string | null | undefined): string | undefined {
  return text(value ?? '').slice(0, MAX_NAME) || undefined
}

/**
 * Later patterns need the tables that V8 loads for a property of characters: loaded here, in the first second, they lie below what
 * the first look frees; ranges in its place compile faster, and cost 0.8 MB for good.
 */
const CONTROLS = /\p{Cc}+/gu

export function text(value: string): string {
  return value.replace(CONTROLS, ' ').trim().slice(0, MAX_TEXT)
}
