import { type Tagged, tagKey } from '@pumphandle/shared/words'
import { inParts } from './in-parts.ts'
import type { Db, Reader, Tx } from './store.ts'
import type { NewRow } from './tables.ts'

/** What a tag is put on. */
export type Tagging = 'machine_id' | 'practice_id'
/** Who put it there: somebody, a file of practices, or the machine's agent. */
type TagFrom = 'person' | 'import' | 'agent'

/** Rows of one read: about 20 ms. */
const CHUNK = 20_000

/** A machine's own tags. Those of its practice are in the practice's row. */
export type MachineTags = Pick<Tagged, 'machine' | 'agent'>

interface TagRow {
  readonly word: string
  readonly source: TagFrom
}

/** Own tags of these machines; those without any are left out. */
export async function tagsOfMachines(db: Reader, ids: readonly number[]): Promise<Map<number, MachineTags>> {
  const rows = await inParts(ids, (part) =>
    db.selectFrom('tag').select(['machine_id as id', 'word', 'source']).where('machine_id', 'in', part).execute(),
  )
  return ofMachines(rows)
}

/** Own tags of every machine that has some, part after part. */
export async function* allMachineTags(db: Reader): AsyncGenerator<Map<number, MachineTags>> {
  for (let after = -1; ; ) {
    // whole machines: the rows of one are never in two parts
    const ids = await db
      .selectFrom('tag')
      .select('machine_id as id')
      .distinct()
      .where('machine_id', '>', after)
      .orderBy('machine_id')
      .limit(CHUNK)
      .execute()
    const last = ids.at(-1)?.id
    if (last === undefined || last === null) return
    const rows = await db
      .selectFrom('tag')
      .select(['machine_id as id', 'word', 'source'])
      .where('machine_id', '>', after)
      .where('machine_id', '<=', last)
      .execute()
    yield ofMachines(rows)
    after = last
  }
}

/** Tags of these practices, or of all, in order, with a space between two; those without any are left out. */
export async function tagsOfPractices(db: Reader, ids?: readonly number[]): Promise<Map<number, string>> {
  const tags = db.selectFrom('tag').select(['practice_id as id', 'word']).where('practice_id', 'is not', null)
  const rows = ids
    ? await inParts(ids, (part) => tags.where('practice_id', 'in', part).execute())
    : await tags.execute()
  const found = new Map<number, string[]>()
  for (const { id, word } of rows) if (id !== null) found.set(id, [...(found.get(id) ?? []), word])
  return new Map([...found].map(([id, words]) => [id, words.sort().join(' ')]))
}

/** What somebody says of machines or practices: a tag takes the place of another with its key. */
export interface TagChange {
  readonly on: Tagging
  readonly ids: readonly number[]
  readonly add: readonly string[]
  /** Tags, or keys of which any value goes. */
  readonly remove: readonly string[]
  readonly from: Exclude<TagFrom, 'agent'>
  readonly by: string
  readonly at: number
}

export async function changeTags(tx: Tx, { on, ids, add, remove, from, by, at }: TagChange): Promise<void> {
  const keys = [...add.map(tagKey), ...remove.filter((word) => !word.includes(':'))]
  const words = [...remove, '']
  await inParts(ids, async (part) => {
    await tx
      .deleteFrom('tag')
      .where(on, 'in', part)
      .where((e) => e.or([e('word', 'in', words), e('key', 'in', [...keys, ''])]))
      // an agent's words are its own, and people's are theirs
      .where('source', '<>', 'agent')
      .execute()
    const rows = part.flatMap((id) =>
      add.map(
        (word): NewRow<'tag'> => ({
          machine_id: on === 'machine_id' ? id : null,
          practice_id: on === 'practice_id' ? id : null,
          key: tagKey(word),
          word,
          source: from,
          set_by: by,
          set_at: at,
        }),
      ),
    )
    return inParts(rows, async (some) => {
      await tx.insertInto('tag').values(some).execute()
      return []
    })
  })
}

/** A practice's tags are those of the file, whoever set others before. */
export async function setPracticeTags(tx: Tx, id: number, add: readonly string[], at: number): Promise<void> {
  await tx.deleteFrom('tag').where('practice_id', '=', id).execute()
  if (add.length > 0)
    await changeTags(tx, { on: 'practice_id', ids: [id], add, remove: [], from: 'import', by: 'import', at })
}

/** A machine's own word is what it says now. */
export async function setAgentTags(tx: Db, id: number, words: readonly string[], at: number): Promise<void> {
  await tx.deleteFrom('tag').where('machine_id', '=', id).where('source', '=', 'agent').execute()
  const of = { machine_id: id, practice_id: null, source: 'agent', set_by: 'agent', set_at: at } as const
  if (words.length > 0)
    await tx
      .insertInto('tag')
      .values(words.map((word) => ({ ...of, key: tagKey(word), word })))
      .execute()
}

/** Different tags that people and files gave. */
export async function countWords(db: Reader): Promise<number> {
  const { words } = await db
    .selectFrom('tag')
    .select((e) => e.fn.count<number>('word').distinct().as('words'))
    .where('source', '<>', 'agent')
    .executeTakeFirstOrThrow()
  return Number(words)
}

/** The most tags that one of these has. */
export async function mostTags(db: Reader, on: Tagging, ids: readonly number[]): Promise<number> {
  const counts = await inParts(ids, (part) =>
    db
      .selectFrom('tag')
      .select((e) => e.fn.countAll<number>().as('tags'))
      .where(on, 'in', part)
      .where('source', '<>', 'agent')
      .groupBy(on)
      .orderBy('tags', 'desc')
      .limit(1)
      .execute(),
  )
  return Math.max(0, ...counts.map(({ tags }) => Number(tags)))
}

function ofMachines(rows: readonly (TagRow & { readonly id: number | null })[]): Map<number, MachineTags> {
  const found = new Map<number, { machine: string[]; agent: string[] }>()
  for (const { id, word, source } of rows) {
    if (id === null) continue
    const own = found.get(id) ?? { machine: [], agent: [] }
    found.set(id, own)
    own[source === 'agent' ? 'agent' : 'machine'].push(word)
  }
  return found
}
