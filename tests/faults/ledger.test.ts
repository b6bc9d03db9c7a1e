import { describe, expect, test } from 'vitest'
import { brokenPromises, brokenWords, type Entry } from './ledger.ts'

describe('the checker', () => {
  const entry: Entry = {
    uid: 'm',
    sent: [{ id: 'a', at: 1, type: 'vitals', uptimeSeconds: 1 }],
    acked: new Set(['a']),
  }
  test.each([
    ['kept', [{ uid: 'm', eventId: 'a' }], 0, []],
    ['lost', [], 0, ['m a was acknowledged and is not stored']],
    [
      'twice',
      [
        { uid: 'm', eventId: 'a' },
        { uid: 'm', eventId: 'a' },
      ],
      0,
      ['m a is stored 2 times'],
    ],
    [
      'foreign',
      [
        { uid: 'm', eventId: 'a' },
        { uid: 'm', eventId: 'b' },
      ],
      0,
      ['m b is stored and was never sent'],
    ],
    ['dark', [{ uid: 'm', eventId: 'a' }], 1, ['1 machines were called dark, and all were there']],
  ] as const)('knows what is %s', (_what, stored, dark, says) => {
    expect(brokenPromises([entry], stored, dark)).toEqual(says)
  })
})

describe('the checker of what people were told', () => {
  const words = {
    noted: ['note-1'],
    history: [
      { incident: 1, type: 'note', payload: '{"text":"note-1"}' },
      { incident: 1, type: 'resolved', payload: '{}' },
      { incident: 1, type: 'reopened', payload: '{}' },
    ],
    messages: [
      { id: 7, incident: 1, type: 'resolved' },
      { id: 8, incident: 1, type: 'reopened' },
    ],
    told: ['notification-7', 'notification-7', 'notification-8'].map((id) => ({ id, type: '' })),
  }
  test('finds nothing where all is well, a message that came twice by one id included', () => {
    expect(brokenWords(words)).toEqual([])
  })
  test.each([
    ['a note that is not there', { history: words.history.slice(1) }, 'note-1 was answered and stands there 0 times'],
    ['a change that made no message', { messages: words.messages.slice(0, 1) }, 'messages 1 resolved were made'],
    ['a message that never came', { told: words.told.slice(0, 2) }, 'came as notification-7'],
    ['messages in another order', { told: words.told.toReversed() }, 'came as notification-8,notification-7'],
  ])('finds %s', (_what, changed, says) => {
    expect(brokenWords({ ...words, ...changed }).join()).toContain(says)
  })
})
