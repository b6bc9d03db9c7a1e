import { Refusal } from '../../model/refusal.ts'

/** What is no text: PostgreSQL stores no NUL, and nothing writes half of a pair of UTF-16. */
const NO_TEXT = /[\0\p{Cs}]/u
/** What changes how the text around it is read, and other controls than tabs and line ends. Joiners belong to languages. */
const TURNING = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]|(?![\t\n\r])\p{Cc}/gu
/** What counts as it was typed. */
const AS_TYPED = new Set(['password', 'current', 'token', 'code', 'secret', 'passkey'])

/**
 * What people and programs sent, as it may be kept, shown and sent on: a name or a note that turns the direction of what
 * stands after it makes others read what nobody wrote.
 * @throws Refusal 400 for what is no text
 */
export function plain(value: unknown, where: string): unknown {
  if (typeof value === 'string') return plainText(value, where)
  if (Array.isArray(value)) return value.map((one) => plain(one, where))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      checkText(key, where)
      if (typeof one === 'string' && AS_TYPED.has(key)) checkText(one, `${where}.${key}`)
      return [key, AS_TYPED.has(key) ? one : plain(one, `${where}.${key}`)]
    }),
  )
}

/** The same of one text. @throws Refusal 400 */
export function plainText(text: string, where: string): string {
  checkText(text, where)
  return text.replaceAll(TURNING, '')
}

/** @throws Refusal 400 */
export function checkText(text: string, where: string): void {
  if (NO_TEXT.test(text))
    throw new Refusal(
      'malformed',
      'No text',
      `The ${where.slice(0, 100)} has a character that is none (NUL, or half of a pair of UTF-16). Take it out.`,
    )
}
