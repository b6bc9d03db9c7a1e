import { COHORTS, STATES } from '../../../src/query/language/fields.ts'
import type { Choices } from './choices.ts'
import * as V from './values.ts'

/** A random query in the language's own words; nearly all of them parse. */
export function makeQuery(random: Choices, depth = 3): string {
  const kind = depth === 0 ? 9 : random.below(10)
  if (kind === 0) return `-(${makeQuery(random, depth - 1)})`
  if (kind === 1) return `not ${makeTerm(random)}`
  if (kind < 4) return `${makeQuery(random, depth - 1)} or ${makeQuery(random, depth - 1)}`
  if (kind < 6) return `(${makeQuery(random, depth - 1)}) ${makeQuery(random, depth - 1)}`
  if (kind < 8) return `${makeQuery(random, depth - 1)} ${makeQuery(random, depth - 1)}`
  return random.chance(0.15) ? `-${makeTerm(random)}` : makeTerm(random)
}

/** Anything at all, made of what the grammar is made of. */
export function makeNoise(random: Choices): string {
  const parts = [
    '(',
    ')',
    '"',
    '-',
    ' ',
    'or',
    'and',
    'not',
    ':',
    '@',
    ',',
    '*',
    '..',
    '>',
    '<=',
    'had:',
    'at:',
    '\\',
    'é',
    '😀',
    '0x50',
    '\t',
  ]
  return Array.from({ length: random.below(12) }, () => {
    if (random.chance(0.3)) return makeTerm(random)
    return random.chance(0.2) ? String.fromCharCode(random.below(0x3000)) : random.pick(parts)
  }).join(random.chance(0.5) ? ' ' : '')
}

function makeTerm(random: Choices): string {
  const makers: (() => string)[] = [
    () => quoted(random, words(random)),
    () => `state:${list(random, STATES)}`,
    () => 'is:unmanaged',
    () => `model:${pattern(random, V.MODELS)}`,
    () => `name:${pattern(random, V.NAMES)}`,
    () => `culprit:${pattern(random, V.CULPRITS)}`,
    () => `agent:${pattern(random, V.AGENTS)}`,
    () => `os:${pattern(random, V.OS_NAMES)}`,
    () => `tag:${pattern(random, [...V.TAGS, 'ring', 'ring:broad'])}`,
    () => `practice:${place(random, V.PRACTICES)}`,
    () => `pcn:${place(random, V.PCNS)}`,
    () => `region:${place(random, V.REGIONS)}`,
    () => component(random),
    () => component(random),
    () => `os:${random.pick(['19045.*', '>=19045.4651', '22631.3880', '<20000', '19045.10022,22631.*'])}`,
    () => `${random.pick(['crashed', 'seen', 'booted', 'added', 'since'])}:${time(random)}`,
    () => `stop:${random.pick(['0x50', '80,0x7e', '*', '0', '0xC000021A'])}`,
    () => `incident:${random.pick(['1', '2,3', '*', '3', '9'])}`,
    () => `cohort:${list(random, COHORTS)}`,
    () => `incident:${random.pick(['1', '2', '1,3'])} ${random.chance(0.3) ? '-' : ''}cohort:${list(random, COHORTS)}`,
    () => `had:${component(random)}${random.chance(0.6) ? ` at:${time(random)}` : ''}`,
    () => `had:stop:${random.pick(['0x50', '*', '0x7e,0'])}${random.chance(0.6) ? ` at:${time(random)}` : ''}`,
    () => `had:culprit:${pattern(random, V.CULPRITS)}${random.chance(0.6) ? ` at:${time(random)}` : ''}`,
  ]
  return random.pick(makers)()
}

function words(random: Choices): string {
  const from = random.pick([V.NAMES, V.PRACTICES.map((p) => p.name), V.PRACTICES.map((p) => p.code), V.SERIALS])
  const text = random.pick(from)
  const start = random.below(text.length)
  return text.slice(start, start + 1 + random.below(6)).trim() || 'a'
}

function list(random: Choices, from: readonly string[]): string {
  return Array.from({ length: 1 + random.below(2) }, () => random.pick(from)).join(',')
}

/** Exact, in another case, by its beginning, or a lone star; sometimes two of them. */
function pattern(random: Choices, from: readonly string[]): string {
  const one = (): string => {
    const text = random.pick(from)
    const kind = random.below(5)
    if (kind === 0) return '*'
    if (kind === 1) return `${quoted(random, text.slice(0, 1 + random.below(text.length)))}*`
    return quoted(random, kind === 2 ? text.toUpperCase() : text)
  }
  return random.chance(0.2) ? `${one()},${one()}` : one()
}

function place(random: Choices, from: readonly { code: string; name: string }[]): string {
  const { code, name } = random.pick(from)
  const kind = random.below(4)
  if (kind === 0) return quoted(random, `*${name.slice(2, 5)}*`)
  return kind === 1 ? pattern(random, [name]) : pattern(random, [code])
}

function component(random: Choices): string {
  const [kind, name, version] = random.pick(V.COMPONENTS)
  const named = random.chance(0.2) ? `${name.slice(0, 3)}*` : random.chance(0.1) ? '*' : quoted(random, name)
  if (random.chance(0.3) && kind !== 'os') return `${kind}:${named}`
  return `${kind}:${named}@${versions(random, version)}`
}

function versions(random: Choices, version: string): string {
  const base = version.split(/[.-]/)[0] ?? version
  return random.pick([
    quoted(random, version),
    `>=${quoted(random, version)}`,
    `<${quoted(random, version)}`,
    `>=7.11,<7.17`,
    `<=7.16.*,>7.17`,
    `${base.replaceAll(/[^\d]/g, '') || '7'}.*`,
    '2024-07-19*',
    '*',
  ])
}

function time(random: Choices): string {
  const at = (): string => {
    const ms = random.pick(V.TIMES)
    const iso = new Date(ms).toISOString()
    return random.pick([iso, `${iso.slice(0, 16)}Z`, iso.slice(0, 10), '15m', '24h', '4h3m', '9d', '0s'])
  }
  return random.pick([
    () => `<${at()}`,
    () => `>${at()}`,
    () => `<=${at()}`,
    () => `>=${at()}`,
    () => at(),
    () => `${at()}..${at()}`,
    () => `..${at()}`,
    () => `>${at()},<${at()}`,
    () => '*',
  ])()
}

function quoted(random: Choices, text: string): string {
  const escaped = text.replaceAll('"', '""').replaceAll('*', '\\*')
  return /[\s(),"@<>=\\-]|^(or|and|not)$/i.test(text) || random.chance(0.2) ? `"${escaped}"` : escaped
}
