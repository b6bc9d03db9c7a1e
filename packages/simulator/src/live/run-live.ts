import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@pumphandle/shared'
import type { Scenario } from '../scenario/scenario.ts'
import { ComponentNames } from '../sinks/keys.ts'
import { numberedPlaces, type Places } from '../sinks/places.ts'
import { drawFleet, type Fleet } from '../world/fleet.ts'
import { World, worldRandom } from '../world/world.ts'
import { Credentials } from './credentials.ts'
import { enrolFleet } from './enrol.ts'
import { LiveSink } from './live-sink.ts'
import { play } from './play.ts'

/** A process may open 20,000 files on common systems; reconnecting machines hold two for a moment. */
const MACHINES_PER_PROCESS = 15_000
/** Processes start, draw the fleet and then begin together. */
const START_AFTER_MS = 3_000
const PROGRESS_EVERY = 500

export interface LiveOptions {
  readonly scenario: Scenario
  readonly collector: string
  readonly speed: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly fleet?: Fleet
  readonly places?: Places
}

export interface LiveParentOptions extends LiveOptions {
  readonly token: string
  /** Where identities are kept for the next run; absent: not kept. */
  readonly credentialsFile?: string
  readonly processes?: number
  /** The command line that each process is started with, without what is added here. */
  readonly argv: readonly string[]
  readonly onProgress: (line: string) => void
}

export interface LiveShareOptions extends LiveOptions {
  readonly credentialsFile: string
  readonly beganAt: number
  readonly share: { readonly of: number; readonly index: number }
}

export interface LiveResult {
  readonly scenario: string
  readonly collector: string
  readonly machines: number
  readonly processes: number
  readonly speed: number
  readonly seconds: number
  /** Machines that truly failed until the end. */
  readonly failed: number
  /** Machines whose secret the collector did not accept. */
  readonly unauthorised: number
}

/** Enrols a fleet with a collector and plays a scenario to it in real time, from as many processes as it takes. */
export async function runLive(options: LiveParentOptions): Promise<LiveResult> {
  const { scenario, clock, onProgress } = options
  const fleet = options.fleet ?? drawFleet(scenario.fleet, scenario.background, worldRandom(scenario))
  const places = options.places ?? numberedPlaces(fleet)
  const processes = options.processes ?? Math.ceil(fleet.machines / MACHINES_PER_PROCESS)
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-live-'))
  const credentialsFile = options.credentialsFile ?? join(folder, 'machines.json')
  try {
    const credentials = Credentials.open(credentialsFile)
    await enrolFleet({
      ...options,
      fleet,
      places,
      credentials,
      onProgress: (n) => {
        if (n % PROGRESS_EVERY === 0) onProgress(`${n} machines enrolled`)
      },
    })
    onProgress(`${fleet.machines} machines are enrolled; they connect from ${processes} processes`)
    const beganAt = clock.now() + (processes > 1 ? START_AFTER_MS : 0)
    if (processes === 1) {
      return await playShare({ ...options, credentialsFile, beganAt, share: { of: 1, index: 0 } })
    }
    const shares = Array.from({ length: processes }, (_, index) => {
      const as = ['--share', `${index}/${processes}`, '--began', String(beganAt), '--credentials', credentialsFile]
      return spawnShare([...options.argv, ...as], options.signal)
    })
    const results = await Promise.all(shares)
    const [first] = results
    return { ...first!, processes, unauthorised: results.reduce((sum, result) => sum + result.unauthorised, 0) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One process's part: the whole world, and connections for its own machines. */
export async function playShare(options: LiveShareOptions): Promise<LiveResult> {
  const { scenario, collector, clock, speed, signal, share, beganAt } = options
  const random = worldRandom(scenario)
  const fleet = options.fleet ?? drawFleet(scenario.fleet, scenario.background, random)
  const credentials = Credentials.open(options.credentialsFile)
  let sink: LiveSink | undefined
  const world = new World({
    scenario,
    random,
    fleet,
    sink: (world) => {
      sink = new LiveSink(world, {
        collector,
        credentials,
        names: new ComponentNames(fleet.components, scenario.fleet),
        places: options.places ?? numberedPlaces(fleet),
        clock,
        run: `s${beganAt.toString(36)}`,
        timeOf: (seconds) => beganAt + (1000 * seconds) / speed,
        share,
      })
      return sink
    },
  })
  world.start()
  await play({ world, clock, speed, beganAt, signal })
  world.sink.end()
  return {
    scenario: scenario.id,
    collector,
    machines: fleet.machines,
    processes: share.of,
    speed,
    seconds: Math.round(world.now),
    failed: world.truth.failures().length,
    unauthorised: sink!.unauthorised.size,
  }
}

function spawnShare(argv: readonly string[], signal: AbortSignal): Promise<LiveResult> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString('utf8')
  })
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      signal.removeEventListener('abort', stop)
      if (code === 0) resolve(JSON.parse(output) as LiveResult)
      else reject(new Error(`A process of the simulation ended with code ${code}.`))
    })
  })
}
