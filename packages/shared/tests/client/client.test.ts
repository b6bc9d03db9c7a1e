import { expect, test } from 'vitest'
import { type RouteName, routes } from '../../src/api/index.ts'
import { ApiProblem, addressOf, createClient, PATHS } from '../../src/client/index.ts'

test('the table of paths is the table of routes', () => {
  const real = Object.entries(routes).map(([name, route]) => [name, `${route.method} ${route.path}`])
  expect(PATHS).toEqual(Object.fromEntries(real))
})

test('an address escapes what it is given and leaves out what is empty', () => {
  expect(addressOf('practice', { path: { code: 'A/1 b' } })).toBe('/api/v1/practices/A%2F1%20b')
  expect(addressOf('machines', { query: { q: 'sensor:falcon@>=7.11,<7.17', limit: 20, cursor: '' } })).toBe(
    '/api/v1/machines?q=sensor%3Afalcon%40%3E%3D7.11%2C%3C7.17&limit=20',
  )
  expect(() => addressOf('machine' as RouteName)).toThrow('{id}')
})

test('a write carries its key, its token and its body', async () => {
  const sent: { url: string; init: RequestInit }[] = []
  const client = createClient({
    url: 'https://collector.example/',
    token: 'secret',
    fetch: async (url, init) => {
      sent.push({ url: url as string, init: init ?? {} })
      return Response.json({ ok: true })
    },
  })
  await client.call('note', { path: { id: 3 }, body: { text: 'seen' }, idempotencyKey: 'k1' })
  expect(sent[0]?.url).toBe('https://collector.example/api/v1/incidents/3/notes')
  expect(sent[0]?.init).toMatchObject({
    method: 'POST',
    body: '{"text":"seen"}',
    headers: { authorization: 'Bearer secret', 'idempotency-key': 'k1', 'content-type': 'application/json' },
  })
})

test('a refusal is thrown with the words of the collector, and a stranger’s page with our own', async () => {
  const answer = (body: string, type: string) =>
    createClient({ fetch: async () => new Response(body, { status: 403, headers: { 'content-type': type } }) })
  const problem = { type: 'about:blank', title: 'Not allowed', status: 403, detail: 'Ask an admin.' }
  await expect(answer(JSON.stringify(problem), 'application/problem+json').call('me')).rejects.toMatchObject({
    message: 'Ask an admin.',
    problem,
  })
  const stranger = answer('<h1>Proxy</h1>', 'text/html').call('me')
  await expect(stranger).rejects.toBeInstanceOf(ApiProblem)
  await expect(stranger).rejects.toThrow('pumphandle doctor')
})
