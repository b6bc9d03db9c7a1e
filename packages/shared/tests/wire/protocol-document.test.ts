import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  AGENT_SOCKET_PATH,
  AgentEvent,
  CLOSE,
  ENROL_PATH,
  GoodbyeReason,
  MAX_COMPONENTS,
  MAX_CRASH_DRIVERS,
  MAX_EVENTS_PER_FRAME,
  MAX_FRAME_BYTES,
  MAX_FRAMES_PER_MINUTE,
  MAX_UNACKED_FRAMES,
  PROTOCOL,
  REFUSALS,
  SUBPROTOCOL,
} from '../../src/wire/index.ts'

const text = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8')
const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8'))

test('every example in docs/protocol.md is a golden frame', () => {
  const examples = [...text.matchAll(/<!-- golden: (?<name>\S+) -->\n```json\n(?<json>[\s\S]*?)\n```/g)]
  expect(examples.length).toBe(text.match(/```json/g)?.length)
  for (const { groups } of examples) expect(JSON.parse(groups?.['json'] ?? '')).toEqual(golden(groups?.['name'] ?? ''))
})

test('docs/protocol.md names every event, reason, refusal and close code', () => {
  const events = AgentEvent.def.options.map((option) => option.shape.type.def.values[0])
  for (const event of events) expect(text).toContain(`### ${event}`)
  for (const word of [...REFUSALS, ...GoodbyeReason.options]) expect(text).toContain(`\`${word}\``)
  for (const { code } of Object.values(CLOSE)) expect(text).toContain(String(code))
})

test('docs/protocol.md gives the limits and addresses as they are', () => {
  const limits = text.slice(text.indexOf('## Limits'), text.indexOf('## Coming back'))
  for (const limit of [
    MAX_FRAME_BYTES,
    MAX_EVENTS_PER_FRAME,
    MAX_UNACKED_FRAMES,
    MAX_FRAMES_PER_MINUTE,
    MAX_COMPONENTS,
    MAX_CRASH_DRIVERS,
  ])
    expect(limits).toContain(limit.toLocaleString('en-GB'))
  for (const word of [AGENT_SOCKET_PATH, ENROL_PATH, SUBPROTOCOL, `**Protocol ${PROTOCOL}**`])
    expect(text).toContain(word)
})
