import type { Socket } from 'node:net'
import { NONCE_HEADER, NONCE_PATH } from '@pumphandle/shared/wire/protocol'

const END_OF_HEAD = '\r\n\r\n'
const MAX_HEAD_BYTES = 16_384
const ANSWER_WITHIN_MS = 10_000

/**
 * Asks the collector for a nonce on a connection that is to be upgraded next.
 *
 * @throws (rejects) where the answer has none, or the network's own error
 */
export function askNonce(socket: Socket, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0)
    const done = (settle: () => void): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose)
      socket.setTimeout(0)
      socket.off('timeout', onTimeout)
      settle()
    }
    const fail = (message: string): void => done(() => reject(new Error(message)))
    const onError = (error: Error): void => done(() => reject(error))
    const onClose = (): void => fail('The collector closed the connection in place of answering with a nonce.')
    const onTimeout = (): void => fail('The collector did not answer with a nonce in time.')
    const onData = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes])
      const end = head.indexOf(END_OF_HEAD)
      if (end < 0 && head.length <= MAX_HEAD_BYTES) return
      const text = head.toString('latin1', 0, Math.max(end, 0))
      const nonce = new RegExp(`^${NONCE_HEADER}:\\s*([\\w.-]{1,128})\\s*$`, 'im').exec(text)?.[1]
      if (nonce === undefined || !text.startsWith('HTTP/1.1 204 '))
        return fail('The collector gives no nonce: it is older than this agent, or the address is another program’s.')
      socket.pause()
      done(() => resolve(nonce))
    }
    socket.setTimeout(ANSWER_WITHIN_MS, onTimeout)
    socket.on('data', onData).once('error', onError).once('close', onClose)
    socket.write(`GET ${NONCE_PATH} HTTP/1.1\r\nHost: ${host}${END_OF_HEAD}`)
    socket.resume()
  })
}
