import { expect, test } from 'vitest'
import { signedText, signText } from '../../src/model/signed-text.ts'

test('a signed text is good for its purpose, by its key, as it was written', () => {
  const token = signText('key', 'acknowledge', '12.1721361600000')
  expect(signedText('key', 'acknowledge', token)).toBe('12.1721361600000')
  expect(signedText('key', 'card', token)).toBeUndefined()
  expect(signedText('another', 'acknowledge', token)).toBeUndefined()
  const signature = token.slice(token.lastIndexOf('.'))
  for (const wrong of [
    '',
    '.',
    '12.1721361600000',
    `13.1721361600000${signature}`,
    `${token}x`,
    token.slice(0, -1),
    signature,
  ])
    expect(signedText('key', 'acknowledge', wrong)).toBeUndefined()
})
