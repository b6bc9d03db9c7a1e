import { hash01 } from '@pumphandle/shared/random'
import type { AgentEvent, Component, Hello } from '@pumphandle/shared/wire'
import { PROTOCOL } from '@pumphandle/shared/wire'
import { SLOT, SLOT_COUNT } from '../world/components.ts'
import { LONG_AGO } from '../world/machines.ts'
import type { CrashReport, Greeting, ProgramCrash } from '../world/sink.ts'
import { stopName, wireStopCode } from '../world/stop-codes.ts'
import type { World } from '../world/world.ts'
import type { ComponentNames } from './keys.ts'
import type { Places } from './places.ts'

export const AGENT_VERSION = '0.1.0-simulated'
const OS_NAMES: readonly (readonly [string, string])[] = [
  ['srv', 'Windows Server 2022'],
  ['2', 'Windows 11 Pro'],
  ['1', 'Windows 10 Pro'],
]

export interface SpeechOptions {
  readonly world: World
  readonly names: ComponentNames
  readonly places: Places
  /** Sets ids of this run apart from those of an earlier one on the same machines. */
  readonly run: string
  /** Milliseconds since 1970 of a time of the world, in seconds. */
  readonly timeOf: (seconds: number) => number
}

/** What a machine's agent would write: the wire's own frames and events, made from the state of the world. */
export class Speech {
  readonly #options: SpeechOptions
  /** Component numbers that each machine has told, by machine and slot; -2 for not yet anything. */
  readonly #told: Int32Array

  constructor(options: SpeechOptions) {
    this.#options = options
    this.#told = new Int32Array(options.world.machines.count * SLOT_COUNT).fill(-2)
  }

  /** What the machine's own clock says; some clocks are wrong. */
  now(machine: number): number {
    return this.#at(machine, this.#options.world.now)
  }

  hello(machine: number, uid: string, greeting: Greeting, spooled: number): Hello {
    const { world, places } = this.#options
    const { previousEnd } = greeting
    return {
      type: 'hello',
      protocol: PROTOCOL,
      machine: uid,
      sentAt: this.now(machine),
      agent: { version: AGENT_VERSION, platform: 'win32-x64' },
      computerName: places.computerName(machine),
      site: places.siteCode(world.fleet.siteOf[machine]!),
      boot: {
        bootId: this.#bootId(greeting.boot),
        startedAt: this.#at(machine, world.machines.bootedAt[machine]!),
        previousEnd: previousEnd === 'same' ? 'unknown' : previousEnd,
      },
      spooled,
    }
  }

  /** The crash first, since there may be no time for more, then the boot, then what changed. */
  eventsAfter(machine: number, greeting: Greeting): AgentEvent[] {
    const crash = greeting.crash ? [this.crash(machine, greeting.crash)] : []
    const boot = greeting.previousEnd === 'same' ? [] : [this.#boot(machine, greeting)]
    return [...crash, ...boot, ...this.changes(machine)]
  }

  crash(machine: number, crash: CrashReport): AgentEvent {
    const { world } = this.#options
    const stopCode = wireStopCode(crash.stopCode)
    const name = stopCode === undefined ? undefined : stopName(stopCode)
    const at = this.#at(machine, crash.at)
    return {
      type: 'crash',
      id: this.#id('crash', crash.number),
      at,
      kind: 'bugcheck',
      ...(stopCode === undefined ? {} : { stopCode }),
      ...(name === undefined ? {} : { stopName: name }),
      parameters: [1, 2, 3, 4].map((i) => parameter(machine, crash.number, i)),
      culprit: {
        driver: crash.driver,
        reason: 'The module at the faulting address, from the dump.',
        confidence: 'high',
      },
      uptimeSeconds: Math.max(0, Math.min(1e9, Math.round(crash.uptime))),
      bootId: this.#bootId(world.machines.boot[machine]! - 1),
      dump: dumpName(at, crash.number),
      drivers: this.#loadedDrivers(machine, crash.driver),
      sources: ['minidump', 'log-1001', 'log-41'],
    }
  }

  /** Everything that the machine has, for its first connection. */
  inventory(machine: number): AgentEvent {
    const { world, places } = this.#options
    const row = machine * SLOT_COUNT
    for (let slot = 0; slot < SLOT_COUNT; slot++) this.#told[row + slot] = world.machines.component[row + slot]!
    const model = this.#named(machine, SLOT.hw)?.name
    const maker = places.maker(machine)
    const osVersion = this.#named(machine, SLOT.os)?.version ?? ''
    const osName = OS_NAMES.find(([prefix]) => osVersion.startsWith(prefix))?.[1]
    return {
      type: 'inventory',
      id: this.#id('inventory', world.machines.boot[machine]!),
      at: this.now(machine),
      components: this.#components(machine),
      complete: ['sensor', 'content', 'driver', 'os', 'app'],
      ...(model === undefined ? {} : { model }),
      ...(maker === null ? {} : { maker }),
      ...(osName === undefined ? {} : { osName }),
      serialNumber: serialOf(hash01(machine, 305)),
      readiness: {
        recoveryEnvironment: hash01(machine, 301) < 0.9,
        bitlocker: hash01(machine, 302) < 0.8,
        // a disk that is not encrypted has no key to keep
        bitlockerKeyEscrowed: hash01(machine, 302) < 0.8 && hash01(machine, 303) < 0.7,
        crashDumps: hash01(machine, 304) < 0.95,
        safeModeAgent: true,
      },
    }
  }

  /** Whether the machine has told what it has. */
  hasIntroducedItself(machine: number): boolean {
    return this.#told[machine * SLOT_COUNT] !== -2
  }

  /** What differs from what this machine told before; from then on it is told. */
  changes(machine: number): AgentEvent[] {
    const { world, names } = this.#options
    const { component, since } = world.machines
    const events: AgentEvent[] = []
    for (let cell = machine * SLOT_COUNT; cell < (machine + 1) * SLOT_COUNT; cell++) {
      const before = this.#told[cell]!
      const now = component[cell]!
      if (now === before) continue
      this.#told[cell] = now
      const named = now >= 0 ? names.named(now) : names.named(before)
      const previous = before >= 0 ? names.named(before) : null
      if (named.kind === 'product' || named.kind === 'model') continue
      const changedAt = since[cell] === LONG_AGO ? world.now : since[cell]!
      // another component took the slot: the old one goes, the new one comes
      if (previous && now >= 0 && previous.name !== named.name && previous.kind === named.kind) {
        events.push(this.#changed(machine, cell, before, { ...previous, version: null }, previous.version, changedAt))
      }
      const sameName = previous?.name === named.name ? previous.version : null
      events.push(
        this.#changed(machine, cell, now, now >= 0 ? named : { ...named, version: null }, sameName, changedAt),
      )
    }
    return events
  }

  serviceDied(machine: number): AgentEvent {
    const product = this.#named(machine, SLOT.sensor)?.name ?? 'sensor'
    return {
      type: 'service-state',
      id: this.#id('service', Math.floor(this.#options.world.now)),
      at: this.now(machine),
      service: `${product} service`,
      product,
      state: 'stopped',
      previousState: 'running',
      unexpected: true,
    }
  }

  programCrash(machine: number, crash: ProgramCrash): AgentEvent {
    return {
      type: 'crash',
      id: this.#id('program', crash.number),
      at: this.#at(machine, crash.at),
      kind: 'app',
      process: crash.program,
      processVersion: crash.version,
      exceptionCode: '0xc0000005',
      sources: ['log-1000'],
    }
  }

  #changed(
    machine: number,
    cell: number,
    component: number,
    { kind, name, version }: { kind: string; name: string; version: string | null },
    previousVersion: string | null,
    at: number,
  ): AgentEvent {
    return {
      type: 'component-changed',
      id: this.#id(`change-${cell % SLOT_COUNT}-${component}${version === null ? '-gone' : ''}`, Math.round(at)),
      at: this.#at(machine, at),
      kind: kind as Component['kind'],
      name,
      ...(version === null ? {} : { version }),
      ...(previousVersion === null ? {} : { previousVersion }),
    }
  }

  #boot(machine: number, greeting: Greeting): AgentEvent {
    const { world } = this.#options
    const end = greeting.previousEnd === 'same' ? 'unknown' : greeting.previousEnd
    return {
      type: 'boot',
      id: this.#id('boot', greeting.boot),
      at: this.#at(machine, world.machines.bootedAt[machine]!),
      bootId: this.#bootId(greeting.boot),
      start: 'cold',
      previous: { end, ...(greeting.crash ? { at: this.#at(machine, greeting.crash.at) } : {}) },
    }
  }

  #components(machine: number): Component[] {
    const { world, names } = this.#options
    return Array.from({ length: SLOT_COUNT }, (_, slot) => machine * SLOT_COUNT + slot).flatMap((cell): Component[] => {
      const component = world.machines.component[cell]!
      if (component < 0) return []
      const { kind, name, version } = names.named(component)
      if (kind === 'product' || kind === 'model' || version === null || version === '') return []
      const since = world.machines.since[cell]!
      return [{ kind, name, version, ...(since === LONG_AGO ? {} : { arrivedAt: this.#at(machine, since) }) }]
    })
  }

  #named(machine: number, slot: number) {
    const component = this.#options.world.machines.component[machine * SLOT_COUNT + slot]!
    return component < 0 ? null : this.#options.names.named(component)
  }

  #loadedDrivers(machine: number, culprit: string): { name: string; version?: string }[] {
    const own = this.#components(machine).flatMap(({ kind, name, version }) =>
      kind === 'driver' ? [{ name, version }] : [],
    )
    return own.some((driver) => driver.name === culprit) ? own : [...own, { name: culprit }]
  }

  #bootId(boot: number): string {
    return `${this.#options.run}.${boot}`
  }

  #id(what: string, number: number): string {
    return `${this.#options.run}.${what}-${number}`
  }

  #at(machine: number, seconds: number): number {
    const { world, timeOf } = this.#options
    return Math.max(0, Math.round(timeOf(seconds) + world.machines.clockSkew[machine]! * 1000))
  }
}

function parameter(machine: number, crash: number, i: number): string {
  const high = Math.floor(hash01(machine * 8 + i, crash) * 0xffff)
  return i === 2 || i === 4 ? `0x${i.toString(16)}` : `0xffff${high.toString(16).padStart(4, '0')}00000074`
}

/** As Windows names small dumps: month, day, year, milliseconds since it started, number. */
function dumpName(at: number, number: number): string {
  const date = new Date(at).toISOString()
  const part = `${date.slice(5, 7)}${date.slice(8, 10)}${date.slice(2, 4)}`
  return `${part}-${String((at % 90_000) + 5000).padStart(5, '0')}-${String(number % 100).padStart(2, '0')}.dmp`
}

/** Seven letters and figures, as makers print them on a case. */
const serialOf = (share: number) =>
  Math.floor(share * 36 ** 7)
    .toString(36)
    .toUpperCase()
    .padStart(7, '0')
