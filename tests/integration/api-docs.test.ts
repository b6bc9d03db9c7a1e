import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firstAdmin } from '../support/signed-in.ts'

/** Every request of docs/api.md: a line with a method, then the body up to the next request or the end of the block. */
function examples(): { method: string; path: string; body: string }[] {
  const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  return [...text.matchAll(/```http\n([\s\S]*?)```/g)].flatMap((block) =>
    (block[1] ?? '').split(/(?=^(?:GET|POST|PUT) )/m).map((request) => {
      const [first = '', ...body] = request.trimEnd().split('\n')
      const space = first.indexOf(' ')
      return { method: first.slice(0, space), path: first.slice(space + 1), body: body.join('\n') }
    }),
  )
}

describe('docs/api.md', () => {
  let dir: string
  let collector: Collector
  let token: string

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'pumphandle-docs-'))
    collector = await startCollector(
      readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: dir, PUMPHANDLE_LOG_LEVEL: 'silent' }),
    )
    const admin = await firstAdmin(collector)
    token = (await admin.call('tokenAdd', { body: { name: 'docs', scope: 'admin' } })).secret
  })
  afterAll(async () => {
    await collector.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('has examples', () => expect(examples().length).toBeGreaterThan(5))

  test.each(examples())('$method $path works', async ({ method, path, body }) => {
    const url = new URL(collector.url + path.replaceAll(' ', '%20'))
    const headers: Record<string, string> = { authorization: `Bearer ${token}` }
    if (body !== '') headers['content-type'] = body.startsWith('{') ? 'application/json' : 'text/csv'
    const response = await fetch(url, { method, headers, ...(body === '' ? {} : { body }) })
    const reader = response.body?.getReader()
    const first = await reader?.read()
    await reader?.cancel()
    expect({ status: response.status, answered: (first?.value?.length ?? 0) > 0 || path.includes('ndjson') }).toEqual({
      status: 200,
      answered: true,
    })
  })

  test.each(['docs', 'docs.css', 'openapi.json'])('/api/v1/%s is there to read', async (path) => {
    const response = await fetch(`${collector.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(200)
    expect((await response.text()).length).toBeGreaterThan(100)
  })
})
