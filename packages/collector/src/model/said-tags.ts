import type { Hello } from '@pumphandle/shared/wire'
import { lastOfEachKey, tagOf } from '@pumphandle/shared/words'

/** What a hello says of tags, in order: without what is none, one of each key. */
export function saidTags({ tags = [] }: Pick<Hello, 'tags'>): string[] {
  return lastOfEachKey(tags.flatMap((text) => tagOf(text) ?? [])).sort()
}
