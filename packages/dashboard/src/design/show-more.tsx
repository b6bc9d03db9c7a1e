import { Button } from './button.tsx'

interface Props {
  /** A list that is asked for page by page. */
  of: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => Promise<unknown>
  }
  word?: string
}

/** Asks for the next page of a list; nothing where there is none. */
export function ShowMore({ of, word = 'Show more' }: Props) {
  if (!of.hasNextPage) return null
  return (
    <p>
      <Button busy={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        {word}
      </Button>
    </p>
  )
}
