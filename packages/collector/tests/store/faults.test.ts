import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { faultOf } from '../../src/store/faults.ts'

test('a server that cannot be reached is away, also behind a socket file that is not there or whose line is full', async () => {
  const [error] = (await once(
    connect(join(tmpdir(), 'no-such-server.sock')).on('error', () => undefined),
    'error',
  )) as [Error]
  expect([error.message.slice(0, 14), faultOf(error)]).toEqual(['connect ENOENT', 'away'])
  const full = Object.assign(new Error('connect EAGAIN'), { code: 'EAGAIN', syscall: 'connect' })
  expect(faultOf(full)).toBe('away')
  expect(faultOf(Object.assign(new Error('no such column'), { code: '42703' }))).toBeUndefined()
})
