import { isoParts } from './iso.ts'

// A version's sortable key: an ASCII string whose order, byte by byte, is the order of versions. A column of keys
// (COLLATE "C" on PostgreSQL) therefore compares in SQL as compareVersions does in memory, and a range of versions is a
// range of an index.
//
// A version is read as parts: numbers and words; whatever stands between them only separates. Each part is written as a
// mark and its text. The marks' own order decides between parts of different kinds at the same place:
//
//   1.0.0-rc.1  <  1.0.0  <  1.0.0a  <  1.0.0.1        PRE < END < WORD < NUMBER
//   1.0.0-1     <  1.0.0-alpha  <  1.0.0               within a pre-release PRE_NUMBER < WORD, as semver 2.0 §11 says
const PRE = '!'
const END = '#'
const PRE_NUMBER = '$'
const WORD = '%'
const NUMBER = '('
/** Ends a word; below every letter, so that `rc` sorts before `rca`. */
const WORD_END = ' '
/** Above every character a key can hold: the end of a range of keys with one beginning. */
export const KEY_CEILING = '~'

/** Longer versions are cut: real ones end well before 100, and a key must fit an index. */
export const VERSION_MAX_LENGTH = 200
/** A number's length is written as one character from '1' on; 70 digits is the last that stays below KEY_CEILING. */
const NUMBER_MAX_DIGITS = 70

/** Words that sort before the release they lead to, wherever they stand after a number. */
const PRE_WORDS = new Set(['alpha', 'beta', 'rc', 'pre', 'preview', 'dev', 'snapshot'])
/** Semver 2.0 with a pre-release: three numbers, a hyphen, identifiers. */
const SEMVER_PRE = /^(\d+\.\d+\.\d+)-([0-9a-z.-]+)(\+.*)?$/
const PART = /\d+|[a-z]+|[^\0-\x7f]+/g

function numberPart(digits: string, mark: string): string {
  const plain = digits.replace(/^0+(?=\d)/, '')
  if (plain.length > NUMBER_MAX_DIGITS) return wordPart(plain)
  return mark + String.fromCharCode(0x30 + plain.length) + plain
}

function wordPart(word: string): string {
  // '|' is above 'z' and below KEY_CEILING, so letters outside ASCII sort after those inside
  const ascii = word.replace(/[^\0-\x7f]/gu, (c) => `|${(c.codePointAt(0) ?? 0).toString(16).padStart(6, '0')}`)
  return WORD + ascii + WORD_END
}

function parts(text: string, inPre: boolean): string {
  let out = ''
  let pre = inPre
  for (const [part] of text.matchAll(PART)) {
    if (/^\d/.test(part)) out += numberPart(part, pre ? PRE_NUMBER : NUMBER)
    else {
      if (!pre && out !== '' && PRE_WORDS.has(part)) {
        pre = true
        out += PRE
      }
      out += wordPart(part)
    }
  }
  return out
}

/**
 * The beginning that the keys of `version` and of everything below it share: `7.16` for 7.16, 7.16.18605, 7.16-beta,
 * and not 7.160.
 */
export function versionKeyPrefix(version: string): string {
  const text = asciiLower(version.trim().slice(0, VERSION_MAX_LENGTH)).replace(/^v(?=\d)/, '')
  const iso = isoParts(text)
  if (iso) return iso.map((n) => numberPart(n, NUMBER)).join('')
  const [, release, pre, build = ''] = SEMVER_PRE.exec(text) ?? []
  if (release && pre) return parts(release, false) + PRE + parts(pre + build, true)
  return parts(text, false)
}

/**
 * The key of a version of any shape: four numbers, dates, ISO times, semver, words. Versions with equal keys are the
 * same version (`v7.016` and `7.16`; `2024-07-19T04:09Z` and `2024-07-19T05:09+01:00`).
 */
export function versionKey(version: string): string {
  return versionKeyPrefix(version) + END
}

/** Lower case of A to Z only, which is what SQL's lower() does on both databases. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (s) => s.toLowerCase())
}
