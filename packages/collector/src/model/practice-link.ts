import { signedText, signText } from './signed-text.ts'

const PURPOSE = 'practice page'

/** The token of a practice's own page: `practice.serial.signature`. A card of an earlier serial opens nothing. */
export function practiceToken(key: string, practice: number, serial: number): string {
  return signText(key, PURPOSE, `${practice}.${serial}`)
}

/** The practice and the card's serial; undefined where the token is not ours. */
export function practiceOfToken(key: string, token: string): { practice: number; serial: number } | undefined {
  const text = signedText(key, PURPOSE, token)
  const [, practice, serial] = /^(\d{1,15})\.(\d{1,15})$/.exec(text ?? '') ?? []
  return practice === undefined ? undefined : { practice: Number(practice), serial: Number(serial) }
}
