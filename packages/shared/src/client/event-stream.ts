export interface StreamEvent {
  /** What Last-Event-ID resumes after; undefined when the stream has named none yet. */
  id: string | undefined
  data: string
  /** Milliseconds to wait before reconnecting, when the server says so. */
  retry: number | undefined
}

/** Longest event that is taken: a page of changed machines is under 64 kB, so a longer one is a fault. */
const MAX_EVENT_CHARS = 4_000_000

/**
 * Events of a server-sent stream (WHATWG HTML, section 9.2.6) as they come. Browsers have EventSource, which can carry no
 * token and tells nothing of why it failed; this reads the body of a fetch, the same in page and command line.
 */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let rest = ''
  let id: string | undefined
  let retry: number | undefined
  let data: string[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += value
      if (rest.length > MAX_EVENT_CHARS) throw new RangeError('The live stream sent an event that is too long')
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { id, data: data.join('\n'), retry }
          data = []
          continue
        }
        const colon = line.indexOf(':')
        const field = colon < 0 ? line : line.slice(0, colon)
        const text = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
        if (field === 'data') data.push(text)
        else if (field === 'id' && !text.includes('\0')) id = text
        else if (field === 'retry' && /^\d+$/.test(text)) retry = Number(text)
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
