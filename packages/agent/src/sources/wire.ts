import type { AgentEvent, Component, EventOf } from '@pumphandle/shared/wire'
import type { Boot, BootLoop } from './boots/boot.ts'
import type { ComponentFact } from './component.ts'
import type { Crash } from './crashes/crash.ts'
import type { NetworkLossFact } from './system/network.ts'
import type { UpdateFact } from './system/updates.ts'

/** Lengths of names and sentences on the wire (shared/wire/limits.ts); longer ones are cut. */
const MAX_NAME = 200
const MAX_TEXT = 1_000
const MAX_ID = 80

/** Facts as the wire has them: times in milliseconds since 1970, numbers of 64 bits in hexadecimal, texts bounded. */
export function bootEvent(boot: Boot): EventOf<'boot'> {
  const { previous } = boot
  return {
    id: `boot:${boot.bootId}`,
    at: Date.parse(boot.startedAt),
    type: 'boot',
    bootId: boot.bootId,
    start: boot.start,
    ...(boot.safeMode && { safeMode: boot.safeMode }),
    previous: {
      end: previous.end,
      ...(previous.at !== undefined && { at: Date.parse(previous.at) }),
      ...(previous.reason !== undefined && { reason: text(previous.reason) }),
    },
  }
}

export function bootLoopEvent(loop: BootLoop): EventOf<'boot-loop'> {
  const since = Date.parse(loop.since)
  return { id: `boot-loop:${loop.since}`, at: Date.parse(loop.until), type: 'boot-loop', boots: loop.boots, since }
}

export function crashEvent(crash: Crash): EventOf<'crash'> {
  const event: EventOf<'crash'> = {
    id: crash.id.slice(0, MAX_ID),
    at: Date.parse(crash.at),
    type: 'crash',
    kind: crash.kind,
    sources: crash.sources.slice(0, 8),
  }
  if (crash.stopCode) event.stopCode = shortHex(crash.stopCode)
  if (crash.stopName) event.stopName = crash.stopName
  if (crash.kind === 'bugcheck') event.parameters = crash.parameters.map(shortHex)
  if (crash.uptimeSeconds !== undefined) event.uptimeSeconds = crash.uptimeSeconds
  if (crash.bootId) event.bootId = crash.bootId
  if (crash.count !== undefined) event.count = crash.count
  if (crash.exceptionCode) event.exceptionCode = shortHex(crash.exceptionCode)
  assignNames(event, {
    dump: crash.dump,
    process: crash.process,
    processVersion: crash.processVersion,
    module: crash.module,
    moduleVersion: crash.moduleVersion,
  })
  if (crash.culprit) event.culprit = culpritOf(crash.culprit)
  if (crash.drivers) event.drivers = crash.drivers.flatMap(driverOf)
  return event
}

export function updateEvent(update: UpdateFact): EventOf<'update'> {
  const { id, at, title, kb, outcome, errorCode } = update
  return {
    id: id.slice(0, MAX_ID),
    at: Date.parse(at),
    type: 'update',
    title: text(title),
    ...(kb !== undefined && { kb }),
    outcome,
    ...(errorCode !== undefined && { errorCode: shortHex(errorCode) }),
  }
}

export function networkLossEvent({ id, at, until }: NetworkLossFact): AgentEvent {
  return { id, at: Date.parse(at), type: 'network-loss', until: Date.parse(until) }
}

/** Components with names or versions that hold nothing printable are left out. */
export function wireComponent(fact: ComponentFact): Component[] {
  const [fullName, version] = [name(fact.name), name(fact.version)]
  if (!fullName || !version) return []
  const component: Component = { kind: fact.kind, name: fullName, version }
  if (fact.at !== null) component.arrivedAt = Date.parse(fact.at)
  if (fact.detail) {
    component.detail = Object.fromEntries(Object.entries(fact.detail).map(([key, value]) => [key, text(value)]))
  }
  return [component]
}

function culpritOf(culprit: NonNullable<Crash['culprit']>): NonNullable<EventOf<'crash'>['culprit']> {
  const version = name(culprit.version)
  return {
    driver: name(culprit.driver) ?? 'unnamed',
    ...(version && { version }),
    ...(culprit.builtAt !== undefined && { builtAt: Date.parse(culprit.builtAt) }),
    reason: text(culprit.reason),
    confidence: culprit.confidence,
  }
}

function driverOf(driver: { name: string; version?: string }): { name: string; version?: string }[] {
  const [driverName, version] = [name(driver.name), name(driver.version)]
  return driverName ? [{ name: driverName, ...(version && { version }) }] : []
}

type CrashNames = Partial<
  Record<'dump' | 'process' | 'processVersion' | 'module' | 'moduleVersion', string | null | undefined>
>

function assignNames(event: EventOf<'crash'>, names: CrashNames): void {
  for (const [key, value] of Object.entries(names) as [keyof CrashNames, string | null | undefined][]) {
    const plain = name(value)
    if (plain) event[key] = plain
  }
}

/** `0x0000007e` as `0x7e`: one spelling, so that the same crash is counted as the same. */
function shortHex(hex: string): string {
  return `0x${BigInt(hex).toString(16)}`
}

function name(value: string | null | undefined): string | undefined {
  return value?.replace(/\p{Cc}/gu, '').slice(0, MAX_NAME) || undefined
}

function text(value: string): string {
  return value.replace(/\p{Cc}/gu, ' ').slice(0, MAX_TEXT)
}
