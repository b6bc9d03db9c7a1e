import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, startCollector } from '@pumphandle/collector'
import { MACHINES_OF_PROCESS } from '../../../packages/collector/tests/bench/fleet/identity.ts'
import { makeCertificate } from '../../../tests/support/agent-process.ts'
import { type CollectorProcess, startCollectorProcess } from '../../../tests/support/collector-process.ts'
import { freePort } from '../../../tests/support/free-port.ts'
import { firstAdmin } from '../../../tests/support/signed-in.ts'
import { buildFleet } from './build.ts'
import { Crews } from './crew.ts'
import { usageOf } from './figures.ts'

/** Machines of the bare server: enough to tell what one costs, in one process. */
const BARE_MACHINES = 10_000
const BARE = new URL('../../../packages/collector/tests/bench/fleet/bare.ts', import.meta.url)

export interface WorldOptions {
  readonly machines: number
  readonly isSecure: boolean
  /** Settings of the collector beyond what a fleet of this size needs. */
  readonly env?: Record<string, string>
}

/** A fleet, and what its collector is started with. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-fleet-'))
  readonly options: WorldOptions
  readonly ca: string | undefined
  readonly #tls: readonly string[]
  readonly #env: Record<string, string>

  private constructor(options: WorldOptions, port: number) {
    this.options = options
    const { machines, isSecure } = options
    this.ca = isSecure ? makeCertificate(this.folder).cert : undefined
    this.#tls = isSecure ? [join(this.folder, 'cert.pem'), join(this.folder, 'key.pem')] : []
    const gateways = machines > MACHINES_OF_PROCESS ? Math.ceil(machines / (MACHINES_OF_PROCESS - 2_000)) : 0
    this.#env = {
      PUMPHANDLE_PORT: String(port),
      PUMPHANDLE_DATA: this.folder,
      PUMPHANDLE_LOG_LEVEL: 'info',
      PUMPHANDLE_GATEWAYS: String(gateways),
      ...(isSecure && { PUMPHANDLE_TLS_CERT: this.#tls[0] ?? '', PUMPHANDLE_TLS_KEY: this.#tls[1] ?? '' }),
      ...options.env,
    }
  }

  static async build(options: WorldOptions): Promise<World> {
    const world = new World(options, await freePort())
    await buildFleet(world.file, options.machines, Date.now())
    return world
  }

  get file(): string {
    return join(this.folder, 'pumphandle.db')
  }
  get certFile(): string | undefined {
    return this.#tls[0]
  }

  start(): Promise<CollectorProcess> {
    return startCollectorProcess(this.#env)
  }

  /** The secret of a token that may read, made before the collector that is measured starts. */
  async readToken(): Promise<string> {
    const { PUMPHANDLE_DATA = '' } = this.#env
    const here = await startCollector(
      readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA, PUMPHANDLE_LOG_LEVEL: 'error' }),
    )
    const admin = await firstAdmin(here)
    const { secret } = await admin.call('tokenAdd', { body: { name: 'bench', scope: 'read' } })
    await here.close()
    return secret
  }

  /** What a connection costs a bare server of ws here and now, and how many it takes a second. */
  async bare(): Promise<{ bytes: number; perSecond: number }> {
    const machines = Math.min(BARE_MACHINES, this.options.machines)
    const server = fork(BARE, [...this.#tls], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const url = ((await once(server, 'message')) as [string])[0]
    const crews = await Crews.start(machines, this.ca)
    const before = usageOf(server.pid ?? 0)
    const began = performance.now()
    await crews.all({ do: 'open', url })
    const seconds = (performance.now() - began) / 1000
    const after = usageOf(server.pid ?? 0)
    crews.end()
    server.kill('SIGKILL')
    return { bytes: ((after.rssMb - before.rssMb) * 2 ** 20) / machines, perSecond: machines / seconds }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
