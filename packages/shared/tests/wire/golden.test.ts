import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  AgentEvent,
  AgentFrame,
  CollectorFrame,
  EnrolRequest,
  EnrolResponse,
  GoodbyeReason,
  REFUSALS,
} from '../../src/wire/index.ts'

const golden = new URL('../../golden/', import.meta.url)

function frames(folder: string): [name: string, frame: unknown][] {
  return readdirSync(new URL(`${folder}/`, golden)).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(`${folder}/${file}`, golden), 'utf8')) as unknown,
  ])
}

describe('golden frames', () => {
  test.each(frames('agent'))('agent: %s', (_name, frame) => {
    expect(AgentFrame.parse(frame)).toEqual(frame)
  })
  test.each(frames('collector'))('collector: %s', (_name, frame) => {
    expect(CollectorFrame.parse(frame)).toEqual(frame)
  })
  test.each(frames('bad'))('bad: %s', (_name, bad) => {
    expect(AgentFrame.safeParse((bad as { frame: unknown }).frame).success).toBe(false)
  })
  test('enrolment', () => {
    const [request, response] = ['enrol-request', 'enrol-response'].map(
      (name) => new Map(frames('http')).get(name) as unknown,
    )
    expect(EnrolRequest.parse(request)).toEqual(request)
    expect(EnrolResponse.parse(response)).toEqual(response)
  })

  test('there is one for each event, reason and refusal', () => {
    const agent = frames('agent').map(([, frame]) => AgentFrame.parse(frame))
    const events = agent.flatMap((f) => (f.type === 'events' ? f.events.map((e) => e.type) : []))
    const known = AgentEvent.def.options.map((option) => option.shape.type.def.values[0])
    expect(new Set(events)).toEqual(new Set(known))
    const reasons = agent.flatMap((f) => (f.type === 'goodbye' ? [f.reason] : []))
    expect(reasons.sort()).toEqual([...GoodbyeReason.options].sort())
    const refusals = frames('collector')
      .map(([, frame]) => CollectorFrame.parse(frame))
      .flatMap((f) => (f.type === 'refuse' ? [f.code] : []))
    expect(refusals.sort()).toEqual([...REFUSALS].sort())
  })
})
