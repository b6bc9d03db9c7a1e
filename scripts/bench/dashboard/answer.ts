import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A child's next message. @throws where it ends instead: it would be waited for without end */
export async function answer<T>(from: ChildProcess): Promise<T> {
  const settled = new AbortController()
  const ended = async (): Promise<never> => {
    if (from.exitCode === null && from.signalCode === null) await once(from, 'exit', settled)
    throw new Error(`A part of the benchmark ended with ${from.exitCode ?? from.signalCode}; it says above why.`)
  }
  const told = async (): Promise<T> => ((await once(from, 'message', settled)) as [T])[0]
  try {
    return await Promise.race([told(), ended()])
  } finally {
    settled.abort()
  }
}
