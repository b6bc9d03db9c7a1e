import type { EventSourceMessage } from 'eventsource-parser/stream'
import { expect, test } from 'vitest'
import { readEventStream } from '../../src/client/event-stream.ts'

async function read(...chunks: string[]): Promise<EventSourceMessage[]> {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk))
      controller.close()
    },
  })
  const events: EventSourceMessage[] = []
  for await (const event of readEventStream(body)) events.push(event)
  return events
}

test('an event ends with an empty line, and is of several lines where several say data', async () => {
  expect(await read('id: 7-1\ndata: {"a":1}\n\ndata: two\ndata: lines\n\n')).toEqual([
    { id: '7-1', event: undefined, data: '{"a":1}' },
    { id: undefined, event: undefined, data: 'two\nlines' },
  ])
})

test('chunks may end anywhere, also between CR and LF', async () => {
  const whole = await read('id: 1\r\ndata: é\r\n\r\ndata: b\r\n\r\n')
  expect(whole.map((e) => e.data)).toEqual(['é', 'b'])
  const pieces = 'id: 1\r\ndata: é\r\n\r\ndata: b\r\n\r\n'.split('')
  expect(await read(...pieces)).toEqual(whole)
})

test('comments are no events, an unfinished event is not given out', async () => {
  expect(await read(': still here\n\nretry: 2000\ndata: x\n\ndata: half')).toEqual([
    { id: undefined, event: undefined, data: 'x' },
  ])
})
