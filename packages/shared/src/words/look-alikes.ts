/** Letters of alphabets of which some look as Latin ones do. */
const OTHER =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/gu
/** Those of Cyrillic, Greek and Armenian that nobody tells from Latin ones (Unicode Technical Standard 39, confusables). */
const LIKE_LATIN =
  /^[\u0410\u0412\u0415\u0405\u0406\u0408\u041A\u041C-\u041E\u0420-\u0423\u0425\u04AE\u051A\u051C\u0430\u0435\u0455\u0456\u0458\u043E\u0440\u0441\u0443\u0445\u04BB\u0501\u051B\u051D\u04CF\u0475\u0391\u0392\u0395-\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7\u03BF\u03F2\u03F3\u03BD\u0555\u054F\u053C\u0585\u057D\u0578\u0581\u0570]$/u
const LATIN = /\p{Script=Latin}/u
/** Letters and digits of mathematics, and wide ones: a name of Windows has none. */
const OTHER_TYPE = /[\u{1D400}-\u{1D7FF}\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A]/u
const ASCII = /^[\x20-\x7e]*$/

/**
 * Whether a text passes for one in Latin letters and is none: letters of another alphabet among them, a word whose letters all
 * look Latin, or letters of another type. Names in an alphabet of their own are what they say.
 */
export function looksLatin(text: string): boolean {
  if (ASCII.test(text)) return false
  if (OTHER_TYPE.test(text)) return true
  const others = text.match(OTHER)
  return others !== null && (LATIN.test(text) || others.every((letter) => LIKE_LATIN.test(letter)))
}
