import { counted, keptTags, lastOfEachKey, MAX_TAGS, TAG_FORM, tagOf } from '@pumphandle/shared/words'
import { notFound, Refusal } from '../../model/refusal.ts'
import { actorName } from '../../people/index.ts'
import { FleetVocabulary } from '../../query/index.ts'
import { changeTags, countWords, mostTags, type Tagging } from '../../store/tags.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { chosenMachines } from '../machines/chosen.ts'
import { tagUses } from '../machines/tag-uses.ts'

/** Different tags that people give: more is a typing slip in a script, and no list that somebody reads. */
const MOST_WORDS = 2_000

/** Tags, for whoever has the machines; those of practices for admins. */
export function tagRoutes(context: ServeContext): Handlers<'tags' | 'tagsChange'> {
  const { book, clock, fleet, index, onMachines, onPractice, store } = context
  return {
    async tags() {
      const practices = new Map<string, number>()
      for (const { tags } of book.all())
        for (const tag of keptTags(tags)) practices.set(tag, (practices.get(tag) ?? 0) + 1)
      const machines = new Map<string, number>()
      for (const { value, count } of new FleetVocabulary(index.columns).values('tag')) machines.set(value, count)
      const words = [...new Set([...machines.keys(), ...practices.keys()])].sort()
      return {
        items: words.map((tag) => ({ tag, machines: machines.get(tag) ?? 0, practices: practices.get(tag) ?? 0 })),
      }
    },

    async tagsChange({ body, actor, note }) {
      const add = lastOfEachKey(body.add.map(read))
      const remove = body.remove.map(read)
      if (add.length + remove.length === 0)
        throw new Refusal('malformed', 'No tag', 'Say which tags to put on or to take off.')
      if (body.practices && actor.role !== 'admin')
        throw new Refusal('not-allowed', 'For admins', 'Tags of practices decide who sees what: ask an admin.')
      const before = wordsInUse()
      const on: Tagging = body.practices ? 'practice_id' : 'machine_id'
      const ids = body.practices ? body.practices.map(practiceOf) : await chosenMachines(context, body)
      if (add.length > 0) {
        if ((await mostTags(store.db, on, ids)) + add.length > MAX_TAGS)
          throw new Refusal(
            'conflict',
            'Too many',
            `One of these would have more than ${MAX_TAGS} tags. Take some off.`,
          )
        if ((await countWords(store.db)) + add.length > MOST_WORDS)
          throw new Refusal('conflict', 'Too many', `There are ${MOST_WORDS} different tags already.`)
      }
      const change = { on, add, remove, from: 'person', by: actorName(actor), at: clock.now() } as const
      for (let from = 0; from < ids.length; from += IDS_PER_COMMIT)
        await store.transaction((tx) => changeTags(tx, { ...change, ids: ids.slice(from, from + IDS_PER_COMMIT) }))
      if (body.practices) for (const id of ids) await onPractice(id)
      else onMachines(ids)
      await index.sync()
      note(
        body.q ?? body.practices?.join(', ').slice(0, 500) ?? named(ids),
        [...add.map((tag) => `+${tag}`), ...remove.map((tag) => `-${tag}`)].join(' '),
      )
      const after = wordsInUse()
      const gone = actor.places === null ? [...before].filter((tag) => !after.has(tag)) : []
      return {
        machines: body.practices ? 0 : ids.length,
        practices: body.practices ? ids.length : 0,
        stillAsked: await tagUses(store, gone, clock.now()),
      }
    },
  }

  function wordsInUse(): Set<string> {
    const ofMachines = Array.from(new FleetVocabulary(index.columns).values('tag'), ({ value, count }) =>
      count > 0 ? [value] : [],
    )
    return new Set([...ofMachines.flat(), ...[...book.all()].flatMap(({ tags }) => keptTags(tags))])
  }

  function practiceOf(code: string): number {
    const practice = book.byCode(code)
    if (!practice) throw notFound('practice', code)
    return practice.id
  }

  function named(ids: readonly number[]): string {
    const [only = 0] = ids
    return (ids.length === 1 && fleet.byId(only)?.name) || counted(ids.length, 'machine')
  }
}

/** Machines of one transaction: about 50 ms, in which no event is acknowledged. */
const IDS_PER_COMMIT = 1_000

function read(text: string): string {
  const tag = tagOf(text)
  if (tag === undefined) throw new Refusal('malformed', 'Not a tag', `"${text.slice(0, 80)}" is no tag. ${TAG_FORM}.`)
  return tag
}
