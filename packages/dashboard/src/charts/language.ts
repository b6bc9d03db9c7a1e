/**
 * A browser may have a language that is none: one for a wall screen, on a computer without a locale, says `en-US@posix`. The
 * chart library formats numbers in it while it is loaded, and would take the page along; so the page's own is put there first.
 */
try {
  new Intl.NumberFormat(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-GB', configurable: true })
}
