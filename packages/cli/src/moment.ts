import { InvalidArgumentError } from 'commander'

/** An option's day or moment, UTC: ms epoch. @throws InvalidArgumentError, which commander turns into a sentence */
export function moment(text: string): number {
  const isDay = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z?)?$/.test(text)
  const at = Date.parse(isDay && text.length > 10 && !text.endsWith('Z') ? `${text}Z` : text)
  if (!isDay || Number.isNaN(at))
    throw new InvalidArgumentError('Write a day such as 2026-11-01, or 2026-11-01T08:00Z.')
  return at
}
