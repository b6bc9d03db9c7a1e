import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests of one connection that wait for the answer before theirs. Browsers and proxies wait themselves, and send none. */
const MOST_WAITING = 8

type Asked = readonly [IncomingMessage, ServerResponse]

/**
 * Answers one request of a connection after the other. Node begins all that come in one piece at once: whoever sends thousands and reads
 * nothing would have a file opened for each, which is not closed any more once the connection has gone. One that sends more
 * ahead than anybody does is ended.
 */
export function oneByOne(listener: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, Asked[]>()

  function answer([request, response]: Asked, queue: Asked[]): void {
    response.once('close', () => {
      const next = queue.shift()
      if (!next) waiting.delete(request.socket)
      else if (!request.socket.destroyed) answer(next, queue)
    })
    listener(request, response)
  }

  return (request, response) => {
    const { socket } = request
    // of one piece the rest is still read
    if (socket.destroyed) return
    const queue = waiting.get(socket)
    if (queue) {
      if (queue.length >= MOST_WAITING) socket.destroy()
      else queue.push([request, response])
      return
    }
    const own: Asked[] = []
    waiting.set(socket, own)
    answer([request, response], own)
  }
}
