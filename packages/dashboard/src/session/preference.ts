import { useQueryClient } from '@tanstack/react-query'
import { client as collector } from '../api/client.ts'
import { useAnswer } from '../api/use.ts'

const KEY = ['preferences', {}] as const

/**
 * What the person set of their own page under this name, at whichever computer, and how to set it. `undefined` while it is
 * on its way. What cannot be read, of an older page perhaps, counts as not set.
 */
export function usePreference<T>(name: string, unset: T, read: (value: unknown) => T | undefined) {
  const { data, error } = useAnswer('preferences')
  const queries = useQueryClient()
  const set = (value: T) => {
    const text = JSON.stringify(value)
    queries.setQueryData<typeof data>(KEY, (old) => ({ items: { ...old?.items, [name]: text } }))
    // a page that cannot keep it still shows it
    void collector.call('preferenceSet', { path: { name }, body: { value: text } }).catch(() => undefined)
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
