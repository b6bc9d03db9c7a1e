import { expect, test } from 'vitest'
import { MAX_TAG, tagOf, tagsIn, tagsThatHold } from '../../src/words/tags.ts'

test('a tag is a word, or a key and a value, in small letters', () => {
  expect(tagOf(' Ring:Pilot ')).toBe('ring:pilot')
  expect(tagOf('reception')).toBe('reception')
  expect(tagOf('Eigentümerin:Müller')).toBe('eigentümerin:müller')
  for (const wrong of [
    '',
    'two words',
    ':pilot',
    'ring:',
    'a:b:c',
    '-x',
    'a,b',
    'a"b',
    '<b>',
    'x'.repeat(31),
    `a:${'x'.repeat(MAX_TAG)}`,
  ])
    expect([wrong, tagOf(wrong)]).toEqual([wrong, undefined])
})

test('of several in one text, the last value of a key counts, and what is none is told', () => {
  expect(tagsIn('ring:pilot; floor:2,ring:broad  no"')).toEqual({ tags: ['ring:broad', 'floor:2'], wrong: ['no"'] })
})

test('people of the machine go before people of its practice, and the agent comes last', () => {
  const held = tagsThatHold({
    machine: ['ring:pilot'],
    practice: ['ring:broad', 'owner:smith'],
    agent: ['ring:none', 'owner:me', 'floor:2'],
  })
  expect(held).toEqual([
    { tag: 'floor:2', by: 'agent' },
    { tag: 'owner:smith', by: 'practice' },
    { tag: 'ring:pilot', by: 'machine' },
  ])
})
