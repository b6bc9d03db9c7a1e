import { expect, test } from 'vitest'
import { harmless } from '../../src/words/index.ts'

test.each([
  ['=1+1', "'=1+1"],
  ['  =1+1', "'  =1+1"],
  ['\t=1', "'\t=1"],
  ['\tplain', "'\tplain"],
  ['+44 20', "'+44 20"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝1', "'＝1"],
  // where semicolons end cells
  ['note;=cmd|x', "note;'=cmd|x"],
  ['note; \u00a0=cmd|x', "note;' \u00a0=cmd|x"],
  ['two\n=lines', "two\n'=lines"],
  ['Falcon 7.16; Defender 1.4', 'Falcon 7.16; Defender 1.4'],
  ['a-b=c@d', 'a-b=c@d'],
])('%j is written as %j', (text, written) => {
  expect(harmless(text)).toBe(written)
})
