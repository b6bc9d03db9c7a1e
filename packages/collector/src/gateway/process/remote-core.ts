import type { Link } from '../../ingest/link.ts'
import type { NobodyKnown } from '../authenticate.ts'
import type { Core, Proven } from '../core.ts'
import type { ToCore, ToGateway } from './messages.ts'
import type { Pipe } from './pipe.ts'

/** Bytes that may wait for the core before agents are not read any more. */
const HOLD_AT_BYTES = 8 * 1024 * 1024

/** The core at the other end of a pipe. */
export interface RemoteCore extends Core {
  /** Takes what the core says about a connection or an answer of it. */
  take(message: ToGateway): void
}

/** Agents are held back while the core does not read: what it has not taken stays in their spools. */
export function remoteCore(pipe: Pipe<ToGateway, ToCore>): RemoteCore {
  const links = new Map<number, Link>()
  /** Connections that the core itself paused. */
  const paused = new Set<number>()
  const questions = new Map<number, PromiseWithResolvers<Proven | NobodyKnown | undefined>>()
  let connections = 0
  let asked = 0
  let isHolding = false

  function hold(): void {
    if (isHolding || pipe.waitingBytes < HOLD_AT_BYTES) return
    isHolding = true
    for (const link of links.values()) link.pause()
    pipe.onceRead(() => {
      isHolding = false
      for (const [c, link] of links) if (!paused.has(c)) link.resume()
    })
  }

  return {
    authenticate(header) {
      const n = ++asked
      const question = Promise.withResolvers<Proven | NobodyKnown | undefined>()
      questions.set(n, question)
      pipe.send({ t: 'authenticate', n, header })
      return question.promise
    },
    connect(who, hello, link) {
      const c = ++connections
      links.set(c, link)
      if (isHolding) link.pause()
      pipe.send({ t: 'hello', c, who, hello })
      return {
        receive(frame) {
          pipe.send({ t: 'frame', c, frame })
          hold()
        },
        lost() {
          links.delete(c)
          paused.delete(c)
          pipe.send({ t: 'lost', c })
        },
      }
    },
    take(message) {
      switch (message.t) {
        case 'authenticated':
          if (message.isUnknown) questions.get(message.n)?.reject(new Error('the core could not ask its database'))
          else questions.get(message.n)?.resolve(message.proven)
          questions.delete(message.n)
          return
        case 'send':
          return links.get(message.c)?.send(message.frame)
        case 'refuse':
          return links.get(message.c)?.refuse(message.code, message.message, message.retryAfterSeconds, message.token)
        case 'pause':
          paused.add(message.c)
          return links.get(message.c)?.pause()
        case 'resume':
          paused.delete(message.c)
          if (!isHolding) links.get(message.c)?.resume()
      }
    },
  }
}
