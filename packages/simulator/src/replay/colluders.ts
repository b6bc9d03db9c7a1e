import type { Context } from '@pumphandle/collector'
import { type AgentEvent, type Component, type Hello, PROTOCOL } from '@pumphandle/shared/wire'
import type { HostileSpec } from '../scenario/hostile.ts'
import { Connection } from '../sinks/ingest-sink.ts'
import type { ComponentNames } from '../sinks/keys.ts'
import type { Places } from '../sinks/places.ts'
import { AGENT_VERSION } from '../sinks/speech.ts'
import { SLOT_COUNT } from '../world/components.ts'
import { wireStopCode } from '../world/stop-codes.ts'
import type { World } from '../world/world.ts'

/** Seconds from enrolment to the claim, and from there to the act: as a real update takes, so that nothing sticks out. */
const CLAIM_AFTER_S = 30
const ACT_AFTER_S = 90
/** One attacker has one address. */
const ADDRESS = '192.0.2.7'

interface Colluder {
  readonly uid: string
  readonly name: string
  readonly site: string
  connection: Connection
  /** It says nothing more. */
  isSilent: boolean
}

interface Options {
  readonly spec: HostileSpec
  readonly world: World
  readonly collector: () => Context
  readonly names: ComponentNames
  readonly places: Places
}

/** Machines made up with one token that say of a version what its attacker wants to have believed. */
export class Colluders {
  readonly #options: Options
  readonly #colluders: Colluder[] = []
  readonly #uids = new Map<string, Colluder>()
  #claimed = 0
  #acted = 0

  constructor(options: Options) {
    this.#options = options
  }

  /** ms epoch; undefined for a machine that is none of them. */
  lastHeard(uid: string, before: number): number | undefined {
    const colluder = this.#uids.get(uid)
    if (!colluder) return undefined
    return colluder.isSilent ? before : this.#options.collector().clock.now()
  }

  /** Does what is due by now. Call once a step. @returns whether anything was said */
  async act(): Promise<boolean> {
    const { spec, world } = this.#options
    const since = world.now - spec.at_s
    if (since < 0) return false
    if (this.#colluders.length === 0) {
      await this.#enrol()
      return true
    }
    const due = (after: number) => {
      const share = spec.spread_s === 0 ? 1 : (since - after) / spec.spread_s
      return Math.max(0, Math.min(spec.machines, Math.floor(share * spec.machines)))
    }
    const [claims, acts] = [due(CLAIM_AFTER_S), due(CLAIM_AFTER_S + ACT_AFTER_S)]
    const isIdle = claims === this.#claimed && acts === this.#acted
    for (; this.#claimed < claims; this.#claimed++) this.#claim(this.#claimed)
    for (; this.#acted < acts; this.#acted++) this.#doIt(this.#acted)
    return !isIdle
  }

  async #enrol(): Promise<void> {
    const { spec, world, places, collector } = this.#options
    const { enrolment } = collector()
    const only = spec.token === 'one-practice' ? places.siteCode(0) : null
    const wanted = { name: 'stolen', site: only, days: 9, maxUses: null, createdBy: 'simulate' }
    const token = await enrolment.createToken(wanted)
    for (let i = 0; i < spec.machines; i++) {
      const site = only ?? places.siteCode(i % world.fleet.sites.length)
      const name = `INVENTED-${i}`
      const enrolled = await enrolment.enrol(
        token.secret,
        { computerName: name, site, agentVersion: AGENT_VERSION },
        ADDRESS,
      )
      if (!enrolled) throw new Error('The attacker’s token was refused')
      const colluder = { uid: enrolled.machine, name, site, isSilent: false }
      const connection = this.#connect(colluder, 1)
      connection.say([this.#inventory(i)])
      const made = { ...colluder, connection }
      this.#colluders.push(made)
      this.#uids.set(made.uid, made)
    }
  }

  #connect({ uid, name, site }: Pick<Colluder, 'name' | 'site' | 'uid'>, boot: number): Connection {
    const { collector } = this.#options
    const now = () => collector().clock.now()
    const hello: Hello = {
      type: 'hello',
      protocol: PROTOCOL,
      machine: uid,
      sentAt: now(),
      agent: { version: AGENT_VERSION, platform: 'win32-x64' },
      computerName: name,
      site,
      boot: { bootId: `boot-${boot}`, startedAt: now() - 1000, previousEnd: boot === 1 ? 'clean' : 'bugcheck' },
      spooled: 0,
    }
    return new Connection((link) => collector().ingest.connect(uid, hello, link), now)
  }

  /** What a machine of the fleet has: nobody who looks at theirs sees a difference. */
  #inventory(i: number): AgentEvent {
    const { world, names, collector } = this.#options
    const row = (i % world.machines.count) * SLOT_COUNT
    const components = Array.from({ length: SLOT_COUNT }, (_, slot): Component[] => {
      const component = world.machines.component[row + slot]!
      if (component < 0) return []
      const { kind, name, version } = names.named(component)
      return kind === 'product' || kind === 'model' || !version ? [] : [{ kind, name, version }]
    }).flat()
    return {
      type: 'inventory',
      id: 'i',
      at: collector().clock.now(),
      components,
      complete: ['sensor', 'content', 'driver'],
    }
  }

  #claim(i: number): void {
    const { world, spec, names, collector } = this.#options
    const component = world.fleet.components.keys.indexOf(spec.claim)
    if (component < 0)
      throw new Error(`No machine of the scenario has ${spec.claim}: claim a version that is rolled out`)
    const { kind, name, version } = names.named(component)
    this.#colluders[i]!.connection.say([
      {
        type: 'component-changed',
        id: 'claim',
        at: collector().clock.now(),
        kind: kind as Component['kind'],
        name,
        ...(version ? { version } : {}),
      },
    ])
  }

  #doIt(i: number): void {
    const { spec, collector } = this.#options
    const colluder = this.#colluders[i]!
    const at = collector().clock.now()
    if (spec.act === 'silence') colluder.isSilent = true
    if (spec.act !== 'crash') return
    colluder.connection = this.#connect(colluder, 2)
    const stopCode = wireStopCode(spec.bugcheck)
    colluder.connection.say([
      {
        type: 'crash',
        id: 'crash',
        at,
        kind: 'bugcheck',
        ...(stopCode === undefined ? {} : { stopCode }),
        culprit: {
          driver: spec.driver,
          reason: 'The module at the faulting address, from the dump.',
          confidence: 'high',
        },
        uptimeSeconds: 3600,
        sources: ['minidump'],
      },
      { type: 'boot', id: 'boot', at, bootId: 'boot-2', start: 'cold', previous: { end: 'bugcheck' } },
    ])
  }
}
