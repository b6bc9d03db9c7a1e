import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A line to a server that can be cut and mended, as an excavator and an engineer do. */
export interface CuttableLine {
  /** Where the near end listens, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Every connection breaks, and new ones too, until `mend`. */
  cut(): void
  readonly isCut: boolean
  mend(): void
  /** Connections stay and are taken, and nothing passes any more, as with a process that stands still; until `mend` for new ones. */
  freeze(): void
  close(): void
}

/** @param to an http or postgres address; of the latter `?host=` may name the folder of its socket */
export async function cuttableLine(to: string): Promise<CuttableLine> {
  const far = new URL(to)
  const folder = far.searchParams.get('host')
  const dial = () => (folder ? connect(`${folder}/.s.PGSQL.5432`) : connect(Number(far.port || 5432), far.hostname))
  const sockets = new Set<Socket>()
  let state: 'whole' | 'cut' | 'frozen' = 'whole'
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy()
    near.on('error', () => near.destroy())
    sockets.add(near)
    near.on('close', () => sockets.delete(near))
    if (state === 'frozen') return void near.pause()
    const there = dial()
    sockets.add(there)
    there.on('error', () => there.destroy())
    near.on('close', () => there.destroy())
    there.on('close', () => (sockets.delete(there), near.destroy()))
    near.pipe(there).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = () => {
    state = 'cut'
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    cut,
    get isCut() {
      return state === 'cut'
    },
    mend() {
      state = 'whole'
    },
    freeze() {
      state = 'frozen'
      for (const socket of sockets) {
        socket.unpipe()
        socket.pause()
      }
    },
    close() {
      cut()
      server.close()
    },
  }
}
