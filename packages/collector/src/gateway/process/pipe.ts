import type { Socket } from 'node:net'

const NEWLINE = 0x0a

export interface PipeOptions<In> {
  readonly socket: Socket
  readonly onMessage: (message: In) => void
  /** The other process is gone, or `maxWaitingBytes` wait for it. Told once. */
  readonly onEnd: () => void
  /** Bytes that may wait for the other end to read. */
  readonly maxWaitingBytes: number
}

/**
 * Messages between a gateway and the core: a line of JSON each, over a pair of sockets that only these two processes have.
 * What is sent in one turn of the event loop leaves in one write.
 */
export class Pipe<In, Out> {
  readonly #options: PipeOptions<In>
  #rest: Buffer[] = []
  #out = ''
  #isEnded = false

  constructor(options: PipeOptions<In>) {
    this.#options = options
    const { socket } = options
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', () => undefined) // 'close' follows
    socket.on('close', () => this.#end())
  }

  send(message: Out): void {
    if (this.#isEnded) return
    if (this.#out === '') setImmediate(() => this.#flush())
    this.#out += `${JSON.stringify(message)}\n`
  }

  /** Bytes that the other end has not read yet. */
  get waitingBytes(): number {
    return this.#options.socket.writableLength
  }

  /** Called once, when the other end has read everything that waits now. */
  onceRead(run: () => void): void {
    this.#options.socket.once('drain', run)
  }

  /** Sends what waits and closes. */
  end(): void {
    this.#flush()
    this.#options.socket.end()
  }

  destroy(): void {
    this.#options.socket.destroy()
  }

  #flush(): void {
    if (this.#out === '' || this.#isEnded) return
    const { socket, maxWaitingBytes } = this.#options
    const out = this.#out
    this.#out = ''
    socket.write(out)
    if (socket.writableLength > maxWaitingBytes) socket.destroy()
  }

  #read(chunk: Buffer): void {
    const last = chunk.lastIndexOf(NEWLINE)
    if (last < 0) return void this.#rest.push(chunk)
    const whole = Buffer.concat([...this.#rest, chunk.subarray(0, last)]).toString('utf8')
    this.#rest = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : []
    for (const line of whole.split('\n')) this.#options.onMessage(JSON.parse(line) as In)
  }

  #end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#options.onEnd()
  }
}
