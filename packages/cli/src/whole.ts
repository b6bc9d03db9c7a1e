import { InvalidArgumentError } from 'commander'

/** An option's whole number above 0. @throws InvalidArgumentError, which commander turns into a sentence */
export function whole(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Write a whole number above 0.')
  return value
}
