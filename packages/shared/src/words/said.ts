import { looksLatin } from './look-alikes.ts'

/**
 * Characters that are not seen and change what is: controls, direction marks, zero-width ones, fillers and blanks that are
 * called letters, line and paragraph ends, halves of pairs, and marks heaped on one letter, which cover the lines around it.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\u2800]|(?<=\p{M}{3})\p{M}/gu
/** What may be one of these; most texts have none, and are looked through in half the time. */
const MAYBE_UNSEEN = /[^\x20-\x7e]/
/** What names of components and computers look like. */
const PLAIN = /^[\p{L}\p{N}_.+()&,'#°®™ -]{1,48}$/u
/** What telephones and mail programs make a link of. */
const LINK = /:\/\/|\bwww\.|@|\.(?:com|net|org|uk|io|co|info|biz|ru|cn|app|dev|link|xyz|site|online|example)\b/i
/** What telephones offer to ring: as numbers are written at home and abroad, and no version, serial number or part of a name. */
const RINGS = /(?<![\p{L}\p{N}._-])(?:\+|0(?!\.))[ ().-]*(?:\p{Nd}[ ().-]*){8,14}(?![\p{L}\p{N}])/gu
/** Digits of such a number that stand together. */
const DIGITS_TOGETHER = 4
/** Characters of a machine's word that a sentence repeats. */
const MOST = 48
/** Without the characters that are not seen. */
export function seen(text: string): string {
  return text.replaceAll(UNSEEN, '')
}

/** The first of a text, in units of UTF-16: of a pair both halves or none, for half of one is no text. */
export function firstOf(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')
}

/** Whether it has characters that are not seen. */
export function hasUnseen(text: string): boolean {
  return MAYBE_UNSEEN.test(text) && text.search(UNSEEN) >= 0
}

/**
 * A machine's word within a sentence of ours, which may go to people's telephones: names as they are; whatever else a
 * machine said in quotation marks, cut, and so that nothing makes a link of it. A name that only looks like one that people
 * know is told as such.
 */
export function said(text: string): string {
  const clean = seen(text)
  const isOdd = looksLatin(clean)
  if (!isOdd && PLAIN.test(clean) && !LINK.test(clean) && clean.search(RINGS) < 0) return clean
  const cut = clean.length > MOST ? `${firstOf(clean, MOST - 1)}…` : clean
  return `“${cut
    .replaceAll(RINGS, inPieces)
    .replaceAll('://', '[:]//')
    .replaceAll(/(?<=\S)\.(?=\S)/g, '[.]')
    .replaceAll('@', '[at]')}”${isOdd ? ' (not in Latin letters)' : ''}`
}

/** A number that nothing rings, with all its digits. */
function inPieces(number: string): string {
  const digits = number.replaceAll(/[ ().-]/g, '')
  return (digits.match(new RegExp(`.{1,${DIGITS_TOGETHER}}`, 'gu')) ?? []).join('[ ]')
}
