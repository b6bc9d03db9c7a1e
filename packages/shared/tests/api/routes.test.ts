import { expect, test } from 'vitest'
import * as z from 'zod'
import { type Route, type RouteName, routes } from '../../src/api/index.ts'

const named = (is: (route: Route) => boolean): string[] =>
  (Object.entries(routes) as [RouteName, Route][]).filter(([, route]) => is(route)).map(([name]) => name)

test('a route whose answer holds a secret says so: it must not be kept for repeats', () => {
  const holdsSecret = ({ response }: Route): boolean =>
    /secret|"link"/.test(JSON.stringify(response ? z.toJSONSchema(response, { unrepresentable: 'any' }) : ''))
  const shows = named((route) => route.showsSecret === true)
  const holds = named((route) => route.method !== 'GET' && holdsSecret(route))
  expect(holds).not.toEqual([])
  // others may say so too: a passkey's challenge, the code on a practice's card
  expect(shows).toEqual(expect.arrayContaining(holds))
})

test('what anybody may call and changes something is limited by its failures', () => {
  const open = named((route) => route.access === 'public' && route.method !== 'GET')
  expect(open).toContain('signIn')
  // others may be limited so too, such as the change of one's own password
  expect(named((route) => route.signsIn === true)).toEqual(expect.arrayContaining(open))
})

test('a route takes JSON or a file, and answers with JSON or with what it names', () => {
  expect(named((route) => route.file !== undefined && route.body !== undefined)).toEqual([])
  expect(named((route) => (route.response === undefined) !== (route.media !== undefined))).toEqual([])
})
