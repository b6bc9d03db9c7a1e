import type { Hello } from '@pumphandle/shared/wire'
import { tagKey, tagOf } from '@pumphandle/shared/words'

/** What a hello says of tags, in order: without what is none, one of each key. */
export function saidTags({ tags = [] }: Pick<Hello, 'tags'>): string[] {
  const said = new Map(tags.flatMap((text) => tagOf(text) ?? []).map((tag) => [tagKey(tag), tag]))
  return [...said.values()].sort()
}
