import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileOf } from '../support/built-programs.ts'
import { COMPILE_CACHE } from '../support/compile-cache.ts'
import { type CuttableLine, cuttableLine } from '../support/cuttable.ts'

const MAIN = fileOf('collector')
/** What a service manager waits before it starts again what ended. */
const RESTART_MS = 500

export type RoleName = 'edge' | 'brain' | 'serve'

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** One process of the cluster, on its own line to each database server, started again whenever it ends. */
export class Member {
  readonly role: RoleName
  readonly #env: Record<string, string>
  readonly #lines: readonly CuttableLine[]
  readonly #onLine: (line: string) => void
  #child: ChildProcess | undefined
  #url = ''
  #isEnding = false
  #listens = Promise.withResolvers<void>()

  private constructor(
    role: RoleName,
    env: Record<string, string>,
    lines: readonly CuttableLine[],
    onLine: (line: string) => void,
  ) {
    this.role = role
    this.#env = env
    this.#lines = lines
    this.#onLine = onLine
  }

  /** @param onLine told each line of its log */
  static async start(
    role: RoleName,
    servers: readonly string[],
    env: Record<string, string>,
    onLine: (line: string) => void = () => undefined,
  ): Promise<Member> {
    const lines = await Promise.all(servers.map((server) => cuttableLine(server)))
    const hosts = lines.map((line) => `127.0.0.1:${line.port}`).join(',')
    const { pathname } = new URL(servers[0] ?? '')
    const database = `postgres://postgres@${hosts}${pathname}?target_session_attrs=read-write`
    const member = new Member(role, { ...env, PUMPHANDLE_ROLE: role, PUMPHANDLE_DATABASE: database }, lines, onLine)
    member.#run()
    await member.#listens.promise
    return member
  }

  get url(): string {
    return this.#url
  }
  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** As a power cut would; it is started again. */
  async kill(): Promise<void> {
    this.#listens = Promise.withResolvers()
    this.#child?.kill('SIGKILL')
    await this.#listens.promise
  }

  /** It stands still, as a virtual machine that is moved. */
  async pause(ms: number): Promise<void> {
    this.#child?.kill('SIGSTOP')
    await pause(ms)
    this.#child?.kill('SIGCONT')
  }

  /** Its line to the databases is cut, or falls silent. */
  async cut(ms: number, isSilent: boolean): Promise<void> {
    const lines = this.#lines.filter((line) => !line.isCut)
    for (const line of lines)
      if (isSilent) line.freeze()
      else line.cut()
    await pause(ms)
    for (const line of lines) {
      line.cut()
      line.mend()
    }
  }

  /** Its line to one of the databases is cut for good. */
  cutFrom(server: number): void {
    this.#lines[server]?.cut()
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#isEnding = true
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGCONT')
      child.kill(signal)
      await Promise.race([gone, pause(20_000).then(() => child.kill('SIGKILL'))])
    }
    for (const line of this.#lines) line.close()
  }

  #run(): void {
    const child = spawn(process.execPath, [MAIN, '--port', '0'], {
      env: { ...process.env, ...COMPILE_CACHE, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => this.#line(line))
    child.once('exit', () => {
      if (!this.#isEnding) void pause(RESTART_MS).then(() => this.#isEnding || this.#run())
    })
  }

  #line(line: string): void {
    this.#onLine(line)
    const at = /"at":"(http[^"]+)".*"msg":"(?:edge listens|brain stands by|serve listens)"/.exec(line)?.[1]
    if (at === undefined) return
    this.#url = at
    this.#listens.resolve()
  }
}
