import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'

/** Longest event that is taken: a page of changed machines is under 64 kB, so a longer one is a fault. */
const MAX_EVENT_CHARS = 4_000_000

/**
 * Events of a server-sent stream as they come. Browsers have EventSource, which can carry no token and tells nothing of why
 * it failed; this reads the body of a fetch, the same in page and command line.
 */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  // read by hand: Safari 18 has no asynchronous iteration of a stream
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: MAX_EVENT_CHARS }))
    .getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
