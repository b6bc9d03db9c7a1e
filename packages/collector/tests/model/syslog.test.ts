import { expect, test } from 'vitest'
import { syslogHeader } from '../../src/model/syslog.ts'

test('a computer’s name outside ASCII makes no header that a receiver refuses', () => {
  const about = { facility: 13, severity: 4, at: 0, kind: 'audit' }
  expect(syslogHeader(about, 'PC Zürich')).toBe('<108>1 1970-01-01T00:00:00.000Z PC?Z?rich pumphandle - audit')
})
