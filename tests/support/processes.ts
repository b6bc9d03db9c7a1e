import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { COMPILE_CACHE } from './compile-cache.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A program of this repository as a process of its own, as an operator runs it. */
export class Program {
  readonly #child: ChildProcess
  #output = ''
  #waiting: { pattern: RegExp; found: (match: RegExpExecArray) => void }[] = []

  /** @param script below the repository's root */
  constructor(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: { ...process.env, ...COMPILE_CACHE, ...env },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => this.#take(chunk.toString()))
  }

  get output(): string {
    return this.#output
  }

  /** Resolves with the match once the program has printed it; rejects when it ends before. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      this.#waiting.push({ pattern, found: resolve })
      this.#take('')
    })
    const ended = once(this.#child, 'exit').then(() => {
      throw new Error(`The program ended before it printed ${pattern}:\n${this.#output}`)
    })
    return Promise.race([found, ended])
  }

  /** Ends it, and resolves once it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode
    const gone = once(this.#child, 'exit')
    this.#child.kill(signal)
    await gone
    return this.#child.exitCode
  }

  #take(text: string): void {
    this.#output += text
    this.#waiting = this.#waiting.filter(({ pattern, found }) => {
      const match = pattern.exec(this.#output)
      if (match) found(match)
      return !match
    })
  }
}
