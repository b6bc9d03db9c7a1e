/** Tags of one machine, and of one practice: more than people can see beside a name. */
export const MAX_TAGS = 20
/** Characters of a tag, its value included. */
export const MAX_TAG = 60

const KEY = String.raw`[\p{L}\p{N}][\p{L}\p{N}._-]{0,29}`
/** Made when it is first asked for: an agent's first second has half a millisecond of it otherwise. */
let pattern: RegExp | undefined
const tagPattern = (): RegExp => (pattern ??= new RegExp(`^${KEY}(?::[\\p{L}\\p{N}][\\p{L}\\p{N}._-]*)?$`, 'u'))

/** What a tag may look like, for whoever wrote one that is none. */
export const TAG_FORM =
  'A tag is a word such as pilot, or a key and a value such as ring:pilot: letters, digits, dots, hyphens and underscores, at most 60 characters'

/** Who said a tag of a machine: people of it, people of its practice, or the machine's own agent. */
export const TAG_SOURCES = ['machine', 'practice', 'agent'] as const
export type TagSource = (typeof TAG_SOURCES)[number]

/** A tag as it is kept, in small letters; undefined where it cannot be one. */
export function tagOf(text: string): string | undefined {
  const tag = text.trim().normalize('NFC').toLowerCase()
  return tag.length <= MAX_TAG && tagPattern().test(tag) ? tag : undefined
}

/** What a tag says something of: `ring` of `ring:pilot`. A machine has one value of each. */
export function tagKey(tag: string): string {
  return tag.split(':', 1)[0] ?? tag
}

/** Of tags with the same key the last: a machine has one value of each. */
export function lastOfEachKey(tags: readonly string[]): string[] {
  return [...new Map(tags.map((tag) => [tagKey(tag), tag])).values()]
}

/** Tags that are kept as one text, with a space between two; empty: none. */
export function keptTags(text: string): string[] {
  return text === '' ? [] : text.split(' ')
}

/** The tags of a text that names several, between spaces, commas or semicolons, and the parts that are none. */
export function tagsIn(text: string): { tags: string[]; wrong: string[] } {
  const tags: string[] = []
  const wrong: string[] = []
  for (const part of text.split(/[\s,;]+/)) {
    if (part === '') continue
    const tag = tagOf(part)
    if (tag === undefined) wrong.push(part)
    else tags.push(tag)
  }
  return { tags: lastOfEachKey(tags), wrong }
}

/** Tags of a machine by who said them. */
export type Tagged = Readonly<Record<TagSource, readonly string[]>>

/**
 * The tags that hold for a machine, by key: what people say of the machine goes before what they say of its practice, and
 * the agent's word comes last, so that no machine talks itself out of what people decided.
 */
export function tagsThatHold(said: Tagged): { tag: string; by: TagSource }[] {
  const held = new Map<string, { tag: string; by: TagSource }>()
  for (const by of TAG_SOURCES)
    for (const tag of said[by]) if (!held.has(tagKey(tag))) held.set(tagKey(tag), { tag, by })
  return [...held.values()].sort((a, b) => (a.tag < b.tag ? -1 : 1))
}
