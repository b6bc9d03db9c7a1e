import { describe, expect, test } from 'vitest'
import { isSealed, Sealer } from '../../src/model/sealed.ts'

const [old, fresh] = [Sealer.newKey(), Sealer.newKey()]

describe('what is sealed', () => {
  test('opens for what it was sealed for, by the key that sealed it, and is another text each time', () => {
    const sealer = new Sealer([old])
    const [one, two] = [sealer.seal('JBSWY3DP', 'of 1'), sealer.seal('JBSWY3DP', 'of 1')]
    expect(isSealed(one)).toBe(true)
    expect(one).not.toBe(two)
    expect(one).not.toContain('JBSWY3DP')
    expect(sealer.open(one, 'of 1')).toBe('JBSWY3DP')
    expect(sealer.open(one, 'of 2')).toBeUndefined()
    expect(new Sealer([fresh]).open(one, 'of 1')).toBeUndefined()
    expect(new Sealer([]).open(one, 'of 1')).toBeUndefined()
  })

  test('a bit that was changed, or a part that is missing, opens nothing', () => {
    const sealer = new Sealer([old])
    const sealed = sealer.seal('JBSWY3DP', 'of 1')
    const at = sealed.lastIndexOf('.') + 1
    const bytes = Buffer.from(sealed.slice(at), 'base64url')
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(sealer.open(sealed.slice(0, at) + changed.toString('base64url'), 'of 1')).toBeUndefined()
    }
    for (const cut of ['', 'sealed', 'sealed.', sealed.slice(0, at), sealed.slice(0, at + 20), 'JBSWY3DP'])
      expect(sealer.open(cut, 'of 1')).toBeUndefined()
  })

  test('a newer key seals, and those before open on', () => {
    const before = new Sealer([old]).seal('x', 'of 1')
    const both = new Sealer([fresh, old])
    expect(both.open(before, 'of 1')).toBe('x')
    expect([both.isNewest(before), both.isNewest(both.seal('x', 'of 1'))]).toEqual([false, true])
  })

  test('a key of another length is none', () => {
    expect(() => new Sealer([Buffer.alloc(16)])).toThrow('32 bytes')
  })
})
