import { describe, expectTypeOf, test } from 'vitest'
import type { IncidentRow, MachineDetail, MachinesPage, Me, RouteName } from '../../src/api/index.ts'
import { type Answer, type Args, type Client, type PathOf, type ReadName } from '../../src/client/index.ts'

// The compiler is what checks these: `npm run check` fails where one does not hold.
declare const client: Client

describe('what a call carries', () => {
  test('the names in braces of its path, and no others', () => {
    expectTypeOf<PathOf<'machine'>>().toEqualTypeOf<Record<'id', string | number>>()
    expectTypeOf<PathOf<'mark'>>().toEqualTypeOf<Record<'id' | 'machine', string | number>>()
    expectTypeOf<keyof PathOf<'overview'>>().toEqualTypeOf<never>()
  })

  test('a query as it is written: what has a default may be left out', () => {
    expectTypeOf<{ hours: number }>().toExtend<NonNullable<Args<'fleetSeries'>['query']>>()
    expectTypeOf<Record<never, never>>().toExtend<NonNullable<Args<'fleetSeries'>['query']>>()
    expectTypeOf<Args<'overview'>['query']>().toEqualTypeOf<undefined>()
    expectTypeOf<{ sort: 'colour' }>().not.toExtend<NonNullable<Args<'machines'>['query']>>()
  })

  test('a body where the route takes one', () => {
    expectTypeOf<{ text: string }>().toExtend<NonNullable<Args<'note'>['body']>>()
    expectTypeOf<{ words: string }>().not.toExtend<NonNullable<Args<'note'>['body']>>()
    expectTypeOf<Args<'signOut'>['body']>().toEqualTypeOf<undefined>()
  })
})

describe('what it answers', () => {
  test('the route’s JSON', () => {
    expectTypeOf<Answer<'me'>>().toEqualTypeOf<Me>()
    expectTypeOf<Answer<'machines'>>().toEqualTypeOf<MachinesPage>()
    expectTypeOf<Answer<'machine'>>().toEqualTypeOf<MachineDetail>()
    expectTypeOf<Answer<'acknowledge'>>().toEqualTypeOf<IncidentRow>()
  })

  test('nothing for files and streams: those are opened', () => {
    expectTypeOf<Answer<'machinesCsv'>>().toEqualTypeOf<never>()
    expectTypeOf<Answer<'live'>>().toEqualTypeOf<never>()
    expectTypeOf<ReturnType<typeof client.open<'machinesCsv'>>>().resolves.toEqualTypeOf<Response>()
  })

  test('by the name that is called', () => {
    expectTypeOf<ReturnType<typeof client.call<'me'>>>().resolves.toEqualTypeOf<Me>()
    // @ts-expect-error there is no such route
    expectTypeOf<ReturnType<typeof client.call<'nothing'>>>().not.toBeAny()
  })
})

test('reads are the routes that change nothing', () => {
  expectTypeOf<'machines' | 'incident' | 'settings'>().toExtend<ReadName>()
  expectTypeOf<'acknowledge'>().not.toExtend<ReadName>()
  expectTypeOf<ReadName>().toExtend<RouteName>()
})
