import { POWER_BUTTON_HELD } from '@pumphandle/shared/stop-codes'
import { MINUTE } from '@pumphandle/shared/time'
import type { GoodbyeReason, Hello } from '@pumphandle/shared/wire'
import { productOfDriver, productOfService } from '@pumphandle/shared/words'
import { bootNumber, type Observation, type Origin, type PreviousEnd } from '../detect/index.ts'
import { bootKey } from '../fleet/apply.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Arrived } from '../model/arrived.ts'
import { stopNumber } from '../model/stop-code.ts'

/** A service's death that is told later than this is history. */
const FRESH_SERVICE_MS = 15 * MINUTE

/** Turns what machines did into what the detector is told. All `at` are when the collector learned of it. */
export function online(m: FleetMachine, hello: Hello, newBoot: boolean, at: number): Observation {
  const previousEnd: PreviousEnd = newBoot ? hello.boot.previousEnd : 'same'
  return {
    type: 'online',
    at,
    machine: m.id,
    boot: bootNumber(bootKey(m, m.bootId ?? hello.boot.bootId)),
    previousEnd,
    bootedAt: m.bootHeardAt,
  }
}

/** @param voice whether it counts for itself, or speaks for newcomers like it. @param origin by what it came, where that was lately */
export function enrolled(m: FleetMachine, voice: boolean, at: number, origin?: Origin): Observation {
  return { type: 'machine', at, machine: m.id, site: m.site, region: m.region, voice, origin }
}

/** An agent's upgrade stops the agent, and the machine runs on. */
export function goodbye(m: FleetMachine, reason: GoodbyeReason, at: number): Observation {
  return { type: 'goodbye', at, machine: m.id, reason: reason === 'upgrade' ? 'service-stop' : reason }
}

export function silent(m: FleetMachine, at: number, othersAlive: boolean): Observation {
  return { type: 'silent', at, machine: m.id, lastHeard: m.lastHeard, othersAlive }
}

/** The same crash has one name however often it is told, and in whatever order. */
export function crashId(machine: number, event: string): string {
  return `${machine} ${event}`
}

/** What an event tells the detector; undefined where it tells nothing. */
export function fromEvent(
  m: Pick<FleetMachine, 'id'>,
  { event, at: occurredAt }: Arrived,
  at: number,
): Observation | undefined {
  if (event.type === 'crash' && event.kind === 'service' && !isOfProduct(event.process ?? '')) return undefined
  // a person ended it, for whatever reason: that the machine was lost counts, that Windows wrote a dump of it does not
  if (event.type === 'crash' && stopNumber(event.stopCode) === POWER_BUTTON_HELD) return undefined
  if (event.type === 'crash')
    return {
      type: 'crash',
      at,
      machine: m.id,
      id: crashId(m.id, event.id),
      occurredAt,
      kind: event.kind,
      stopCode: stopNumber(event.stopCode),
      culprit: event.culprit?.driver ?? event.process ?? event.module ?? null,
      uptimeSeconds: event.uptimeSeconds ?? null,
    }
  if (event.type !== 'service-state' || event.product === undefined) return undefined
  const died = event.unexpected === true && (event.state === 'stopped' || event.state === 'missing')
  if (!died || occurredAt < at - FRESH_SERVICE_MS) return undefined
  return { type: 'service-down', at, machine: m.id, service: event.service }
}

/** Whether a service, or a driver that was not loaded, is a security product's: agents of 0.1.0 tell of all others too. */
function isOfProduct(name: string): boolean {
  return productOfService(name) !== undefined || productOfDriver(`${name}.sys`) !== undefined
}
