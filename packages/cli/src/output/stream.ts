import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SingleBar } from 'cli-progress'
import type { Session } from '../session.ts'

/** Writes an answer's body to the output as it comes; on a terminal a bar on stderr counts the lines. */
export async function streamOut(session: Session, response: Response, total: number | null): Promise<void> {
  if (!response.body) return
  const bar =
    session.err.isTTY && !session.out.isTTY && total !== null
      ? new SingleBar({
          format: '{bar} {value}/{total} rows, {eta} s left',
          stream: session.err,
          clearOnComplete: true,
        })
      : null
  bar?.start(total ?? 0, 0)
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (bar) bar.increment(chunk.reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 0))
      done(null, chunk)
    },
  })
  try {
    await pipeline(Readable.fromWeb(response.body as never), counter, session.out, { end: false })
  } finally {
    bar?.stop()
  }
}
