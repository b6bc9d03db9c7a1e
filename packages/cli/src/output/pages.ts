/** Rows of a list page after page, until there are enough or no more. */
export async function allPages<T>(
  limit: number,
  page: (cursor: string | undefined, limit: number) => Promise<{ items: T[]; next: string | null; total: number }>,
): Promise<{ items: T[]; total: number }> {
  const items: T[] = []
  let cursor: string | undefined
  for (;;) {
    const answer = await page(cursor, Math.min(MOST_A_PAGE, limit - items.length))
    items.push(...answer.items)
    if (answer.next === null || items.length >= limit) return { items, total: answer.total }
    cursor = answer.next
  }
}

/** The API's own bound. */
const MOST_A_PAGE = 500
