import { parseVersionPattern } from '@pumphandle/shared/versions'
import type { ComponentKind } from '../../store/schema.ts'
import type { ComponentMatch, Versions } from '../language/ast.ts'
import { QueryFault } from '../language/error.ts'
import type { Piece } from '../language/syntax.ts'
import { isAny, readPattern, slice, splitItems, unquoted } from './items.ts'

/** Kinds of which a machine has one, so that a version can stand without a name: os:19045.*, firmware:1.30.0 */
const SINGLE: ComponentKind[] = ['os', 'firmware']
const LIKE_A_VERSION = /^[\d<>=]/

/**
 * Reads `name`, `name@versions`, `*@versions`, `name,name`. For os and firmware a value that begins like a version is
 * one.
 */
export function readComponent(kind: ComponentKind, value: Piece): ComponentMatch {
  const [at] = unquoted(value.text, '@')
  if (at === undefined) {
    if (isVersion(kind, value)) return { kind, names: [], versions: readVersions(value) }
    // `sensor:falcon<7.16`: what people write who have not read that an @ stands between
    const sign = Math.min(...['<', '>', '='].flatMap((one) => [...unquoted(value.text, one)]))
    if (sign > 0 && sign < value.text.length)
      return { kind, names: readNames(slice(value, 0, sign)), versions: readVersions(slice(value, sign)) }
    // `sensor:>=7.16` names no sensor
    if (/^[<>=]/.test(value.text)) {
      throw new QueryFault(`a name stands before the version, as in ${kind}:falcon@${value.text}`, value.from, value.to)
    }
    return { kind, names: readNames(value) }
  }
  const names = slice(value, 0, at)
  const versions = slice(value, at + 1)
  if (names.text === '')
    throw new QueryFault('a name is missing before @; * stands for any', names.from, names.to + 1, ['*'])
  if (versions.text === '') {
    throw new QueryFault('a version is missing after @', at + value.from, value.to, ['7.16.*', '>=7.11,<7.17'])
  }
  if (versions.text === '*') return { kind, names: readNames(names) }
  return { kind, names: readNames(names), versions: readVersions(versions) }
}

/** Whether the value of `os:` or `firmware:` is a version without a name. */
export function isVersion(kind: ComponentKind, value: Piece): boolean {
  return SINGLE.includes(kind) && LIKE_A_VERSION.test(value.text)
}

function readNames(value: Piece): ComponentMatch['names'] {
  const names = splitItems(value).map((item) => readPattern(item, false))
  return names.some(isAny) ? [] : names
}

function readVersions(value: Piece): Versions {
  const result = parseVersionPattern(value.text)
  if (result.ok) return result.pattern
  throw new QueryFault(result.message, value.from + result.from, value.from + result.to, ['7.16.*', '>=7.11,<7.17'])
}
