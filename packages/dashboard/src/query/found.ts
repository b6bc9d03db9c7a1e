/** Of the address that the search at the top leads to: where a name finds one machine alone, its page is what was meant. */
export const FOUND_GOES_THERE = { goes: 'there' } as const
export const goesThere = (state: unknown): boolean => (state as typeof FOUND_GOES_THERE | null)?.goes === 'there'
