import { expect, test } from 'vitest'
import { readEventStream, type StreamEvent } from '../../src/client/index.ts'

async function read(...chunks: string[]): Promise<StreamEvent[]> {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk))
      controller.close()
    },
  })
  const events: StreamEvent[] = []
  for await (const event of readEventStream(body)) events.push(event)
  return events
}

test('an event ends with an empty line, and its id stays for the next', async () => {
  expect(await read('id: 7-1\ndata: {"a":1}\n\ndata: two\ndata: lines\n\n')).toEqual([
    { id: '7-1', data: '{"a":1}', retry: undefined },
    { id: '7-1', data: 'two\nlines', retry: undefined },
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
    { id: undefined, data: 'x', retry: 2000 },
  ])
})
