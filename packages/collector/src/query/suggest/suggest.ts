import { compareVersions } from '@pumphandle/shared/versions'
import { counted, quoted, term } from '@pumphandle/shared/words'
import type { ComponentKind } from '../../store/schema.ts'
import { COHORTS, FIELDS, type Field, FLAGS, HAD_FIELDS, STATE_GROUPS, STATES } from '../language/fields.ts'
import { nearest } from '../language/nearest.ts'
import { type Place, placeAt } from './cursor.ts'
import type { Vocabulary, VocabularyOf, VocabularyValue } from './vocabulary.ts'

/** One thing that may be written at the cursor. */
export interface Suggestion {
  /** what to put in place of the text from `start` to `end` */
  text: string
  label: string
  detail: string
}

export interface Suggestions {
  start: number
  end: number
  items: Suggestion[]
}

/** As many as a list on the page shows without scrolling. */
const MAX_SUGGESTIONS = 12
/** Offered of each for a bare word, below the fields: sensors and programs by their names, places by theirs. */
const MAX_OF_EACH = 4
const BARE = ['sensor', 'app', 'pcn', 'region', 'tag', 'practice'] as const

/** Names of fields and values that fit what is written at the cursor, the likeliest first. `cursor` is an offset. */
export function suggest(text: string, cursor: number, vocabulary: Vocabulary): Suggestions {
  const said = asSaid(text.slice(0, cursor), vocabulary)
  if (said) return { ...said, end: cursor }
  const place = placeAt(text, cursor)
  const end = Math.min(Math.max(cursor, place.start), text.length)
  const items = place.field === undefined ? fieldNames(place, vocabulary) : valuesOf(place.field, place, vocabulary)
  return { start: Math.min(place.start, end), end, items: items.slice(0, MAX_SUGGESTIONS) }
}

/** Whose versions people speak of, in this order. */
const VERSIONED = ['sensor', 'app', 'driver', 'content'] as const
const SAID = /(?:^|\s)([^\s:]+)\s+(older than|before|below|newer than|after|above)\s+(\d[\w.]*)$/i

/** What somebody writes who does not know the language yet, such as `falcon older than 7.16`, in its words. */
function asSaid(before: string, vocabulary: Vocabulary): Omit<Suggestions, 'end'> | undefined {
  const [whole, name = '', how = '', version = ''] = SAID.exec(before) ?? []
  if (whole === undefined) return undefined
  for (const kind of VERSIONED) {
    const found = [...vocabulary.values(kind)].find(({ value }) => value.toLowerCase() === name.toLowerCase())
    if (!found) continue
    const older = /older|before|below/i.test(how)
    const text = signed(term(kind, found.value), older ? '<' : '>', version)
    const detail = `${older ? 'older' : 'newer'} than ${version}`
    return { start: before.length - whole.trimStart().length, items: [{ text, label: text, detail }] }
  }
  return undefined
}

/** Name, sign and version; behind a quoted name an @ parts them. */
const signed = (name: string, sign: string, version: string): string =>
  `${name}${name.endsWith('"') ? '@' : ''}${sign}${version}`

/** All of it that is not on its newest version: what people look for of one that they named. */
function olderOf(name: string, kind: ComponentKind, value: string, vocabulary: Vocabulary): Suggestion[] {
  const versions = [...vocabulary.versions(kind, value)].map((version) => version.value).sort(compareVersions)
  const newest = versions.at(-1)
  if (newest === undefined || versions.length < 2) return []
  const text = signed(name, '<', newest)
  return [{ text, label: text, detail: 'older than the newest' }]
}

function fieldNames({ written, had }: Place, vocabulary: Vocabulary): Suggestion[] {
  const names = had ? HAD_FIELDS : [...Object.keys(FIELDS), 'had']
  const begun = names.filter((n) => n.startsWith(written.toLowerCase()))
  const found = begun.length ? begun : nearest(written, names)
  const items = found.map((n) => ({
    text: `${n}:`,
    label: `${n}:`,
    detail: FIELDS[n]?.help ?? 'what it had in the past',
  }))
  if (had || written.length < 2) return items
  const named = BARE.flatMap((of) =>
    begin(vocabulary.values(of), written)
      .slice(0, MAX_OF_EACH)
      .flatMap((found, _at, all) => [
        { ...item(found), text: term(of, found.value), label: `${of}:${found.value}` },
        ...(of === 'sensor' && all.length === 1 ? olderOf(term(of, found.value), of, found.value, vocabulary) : []),
      ]),
  )
  return [...items, ...named]
}

function valuesOf(name: string, place: Place, vocabulary: Vocabulary): Suggestion[] {
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
  if (name === 'at') return times(place.written)
  if (!field || (place.had && !HAD_FIELDS.includes(name))) return []
  if (field.type === 'component' && place.name !== undefined) {
    const versions = [...vocabulary.versions(field.kind, place.name)]
    versions.sort((a, b) => compareVersions(b.value, a.value))
    const [newest] = versions
    const older =
      newest && place.written === '' && !place.signed
        ? [{ text: `<${newest.value}`, label: `<${newest.value}`, detail: 'older than that' }]
        : []
    return [...older, ...versions.filter((v) => v.value.startsWith(place.written)).map(item)]
  }
  if (field.type === 'time') return times(place.written)
  const fixed = FIXED[field.type]
  if (fixed)
    return fixed
      .filter((v) => v.startsWith(place.written.toLowerCase()))
      .map((v) => ({ text: v, label: v, detail: DETAIL[v] ?? '' }))
  const dictionary = dictionaryOf(field)
  if (!dictionary) return []
  const found = begin(vocabulary.values(dictionary), place.written)
  const [only] = found
  const older =
    field.type === 'component' && !place.had && only && found.length === 1
      ? olderOf(quoted(only.value), field.kind, only.value, vocabulary)
      : []
  return [...found.map(item), ...older]
}

const FIXED: Partial<Record<Field['type'], readonly string[]>> = {
  state: [...STATES, ...Object.keys(STATE_GROUPS)],
  cohort: COHORTS,
  flag: FLAGS,
}
const DETAIL: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(STATE_GROUPS).map(([word, states]) => [word, states.join(', ')]),
)

function times(written: string): Suggestion[] {
  const examples = [
    ['<15m', 'less than 15 minutes ago'],
    ['<24h', 'less than 24 hours ago'],
    ['>7d', 'more than 7 days ago'],
    ['>2024-07-19T04:00Z', 'after a moment'],
    ['2024-07-19', 'on a day (UTC)'],
    ['2024-07-19T04:09Z..2024-07-19T05:27Z', 'between two moments'],
  ] as const
  return examples.filter(([text]) => text.startsWith(written)).map(([text, detail]) => ({ text, label: text, detail }))
}

/** Computer names are too many to offer. */
function dictionaryOf(field: Field): VocabularyOf | undefined {
  if (field.type === 'component') return field.kind === 'os' ? 'osName' : field.kind
  if (field.type === 'place') return field.level
  if (field.type === 'attribute') return field.attribute === 'name' ? undefined : field.attribute
  return field.type === 'stop' || field.type === 'tag' || field.type === 'group' ? field.type : 'incident'
}

/** Values whose own text or label begins with what is written (then those that hold it), the most frequent first. */
function begin(values: Iterable<VocabularyValue>, written: string): VocabularyValue[] {
  const text = written.toLowerCase()
  const found: { value: VocabularyValue; rank: number }[] = []
  for (const value of values) {
    const own = value.value.toLowerCase()
    const label = value.label?.toLowerCase() ?? ''
    const rank = own.startsWith(text) || label.startsWith(text) ? 0 : own.includes(text) || label.includes(text) ? 1 : 2
    if (rank < 2) found.push({ value, rank })
  }
  found.sort((a, b) => a.rank - b.rank || b.value.count - a.value.count || (a.value.value < b.value.value ? -1 : 1))
  return found.map((f) => f.value)
}

function item({ value, label, count }: VocabularyValue): Suggestion {
  const machines = counted(count, 'machine')
  return { text: quoted(value), label: value, detail: label ? `${label}, ${machines}` : machines }
}
