import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A line to a server that can be cut and mended, as an excavator and an engineer do. */
export interface CuttableLine {
  /** Where the near end listens, without a slash at the end. */
  readonly url: string
  /** Every connection breaks, and new ones too, until `mend`. */
  cut(): void
  /** Connections stay and are taken, and nothing passes any more, as with a process that stands still. For good. */
  freeze(): void
  mend(): void
  close(): void
}

export async function cuttableLine(to: string): Promise<CuttableLine> {
  const far = new URL(to)
  const sockets = new Set<Socket>()
  let whole = true
  let frozen = false
  const server = createServer((near) => {
    if (!whole) return void near.destroy()
    const there = connect(Number(far.port), far.hostname)
    for (const socket of [near, there]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        there.destroy()
      })
    }
    if (!frozen) near.pipe(there).pipe(near)
  })
  server.listen(0, far.hostname)
  await once(server, 'listening')
  const cut = () => {
    whole = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://${far.hostname}:${(server.address() as AddressInfo).port}`,
    cut,
    freeze() {
      frozen = true
      for (const socket of sockets) socket.unpipe()
    },
    mend() {
      whole = true
    },
    close() {
      cut()
      server.close()
    },
  }
}
