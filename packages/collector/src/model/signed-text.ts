import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * A text that was signed for one purpose, `text.signature`: it needs no row, and is good for nothing else.
 * @param text without a full stop at its end
 */
export function signText(key: string, purpose: string, text: string): string {
  return `${text}.${signature(key, purpose, text)}`
}

/** The text of a token; undefined where it is not ours. */
export function signedText(key: string, purpose: string, token: string): string | undefined {
  const dot = token.lastIndexOf('.')
  const text = token.slice(0, Math.max(0, dot))
  const right = Buffer.from(signature(key, purpose, text))
  const claimed = Buffer.from(token.slice(dot + 1))
  return claimed.length === right.length && timingSafeEqual(claimed, right) ? text : undefined
}

const signature = (key: string, purpose: string, text: string) =>
  createHmac('sha256', key).update(`${purpose} ${text}`).digest('base64url')
