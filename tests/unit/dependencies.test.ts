import { expect, test } from 'vitest'
import { readAudit } from '../../scripts/dependencies/audit.ts'
import { isTaken, unlicensed } from '../../scripts/dependencies/licences.ts'
import { sbom } from '../../scripts/dependencies/sbom.ts'

test.each([
  ['MIT', true],
  ['(MPL-2.0 OR Apache-2.0)', true],
  ['GPL-3.0-only OR MIT', true],
  ['MIT AND GPL-3.0-only', false],
  ['GPL-3.0-only', false],
  ['(MIT OR Apache-2.0) AND (GPL-3.0-only)', false],
  ['(MIT OR GPL-3.0-only) AND (BSD-3-Clause OR GPL-3.0-only)', true],
  ['MIT OR GPL-3.0-only AND ISC', true],
  ['(MIT', false],
  ['MIT Apache-2.0', false],
  ['SEE LICENSE IN LICENSE.md', false],
  ['', false],
  ['Unknown', false],
])('a package under %s is taken: %s', (licence, taken) => {
  expect(isTaken(licence)).toBe(taken)
  expect(unlicensed([{ name: 'a', version: '1.0.0', licence }])).toHaveLength(taken ? 0 : 1)
})

test('a vulnerability that is moderate or worse is told, with what mends it', () => {
  const advisory = (severity: string) => ({
    module_name: 'left-pad',
    severity,
    title: 'Prototype pollution',
    patched_versions: '>=1.3.1',
  })
  const told = JSON.stringify({ advisories: { 1: advisory('high'), 2: advisory('low') } })
  expect(readAudit(told)).toEqual({
    impossible: null,
    vulnerable: ['left-pad: Prototype pollution (high); mended in >=1.3.1. Update it.'],
  })
})

test('a registry without an audit is said, and is no failure', () => {
  const told = JSON.stringify({ error: { code: 'ERR_PNPM_AUDIT_BAD_RESPONSE', message: '405' } })
  expect(readAudit(told)).toEqual({
    impossible: 'the registry has no audit (ERR_PNPM_AUDIT_BAD_RESPONSE)',
    vulnerable: [],
  })
  expect(readAudit('')).toEqual({ impossible: 'the audit gave no answer', vulnerable: [] })
  // of another program, or another version of it: nobody looked
  const other = JSON.stringify({ vulnerabilities: { 'left-pad': { severity: 'high' } } })
  expect(readAudit(other)).toEqual({ impossible: 'the answer has no advisories', vulnerable: [] })
})

test('the bill of materials names each package by its purl', () => {
  const bom = JSON.parse(sbom('1.2.3', [{ name: '@simplewebauthn/server', version: '13.0.0', licence: 'MIT' }])) as {
    bomFormat: string
    specVersion: string
    components: { purl: string }[]
  }
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' })
  expect(bom.components[0]?.purl).toBe('pkg:npm/%40simplewebauthn/server@13.0.0')
})
