import type { Answer } from '@pumphandle/shared/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client as collector } from '../api/client.ts'
import { useAnswer } from '../api/use.ts'

const KEY = ['preferences', {}] as const

/**
 * What the person set of their own page under this name, at whichever computer, and how to change it: from what is set at
 * that moment, for two clicks may come before the page is drawn again. `undefined` while it is on its way. What cannot be
 * read, of an older page perhaps, counts as not set.
 */
export function usePreference<T>(name: string, unset: T, read: (value: unknown) => T | undefined) {
  const { data, error } = useAnswer('preferences')
  const queries = useQueryClient()
  // one after another: what was chosen last is kept last
  const keep = useMutation({
    mutationFn: (text: string) => collector.call('preferenceSet', { path: { name }, body: { value: text } }),
    scope: { id: `preference ${name}` },
  })
  const set = (change: (now: T) => T) => {
    // an answer that is still on its way tells of before
    void queries.cancelQueries({ queryKey: KEY })
    const before = queries.getQueryData<Answer<'preferences'>>(KEY)
    const text = JSON.stringify(change(parse(before?.items[name], unset, read)))
    queries.setQueryData<Answer<'preferences'>>(KEY, { items: { ...before?.items, [name]: text } })
    // a page that cannot keep it still shows it
    keep.mutate(text)
  }
  if (!data) return [error ? unset : undefined, set] as const
  return [parse(data.items[name], unset, read), set] as const
}

function parse<T>(text: string | undefined, unset: T, read: (value: unknown) => T | undefined): T {
  if (text === undefined) return unset
  try {
    return read(JSON.parse(text)) ?? unset
  } catch {
    return unset
  }
}
