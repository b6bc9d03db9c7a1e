import { expect, test } from 'vitest'
import { stopCodeOf } from '../../src/stop-codes.ts'

test.each([
  ['0x50', 0x50],
  ['0x000000EF', 0xef],
  ['page fault in nonpaged area', 0x50],
  ['STOP CODE PAGE FAULT IN NONPAGED AREA', 0x50],
  ['Stillstandcode: SYSTEM_SERVICE_EXCEPTION (csagent.sys)', 0x3b],
  ['critical-process-died.', 0xef],
  ['stop code: memory management', 0x1a],
  // the longest name that is said, not one that is a part of it
  ['system thread exception not handled', 0x7e],
  // two plain words are a name only where nothing else is said
  ['the memory management tool complains', undefined],
  ['csagent.sys', undefined],
  ['', undefined],
])('a stop code as somebody reads it off a screen: %s', (text, code) => {
  expect(stopCodeOf(text)).toBe(code)
})
