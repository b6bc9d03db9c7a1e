/**
 * What a spreadsheet would run: =, +, -, @ and their wide forms, where a cell begins for it: at the start of the text, after
 * spaces too, and after what it may take for the end of a cell. A sheet in Germany reads semicolons so, whatever we wrote.
 */
const FORMULA = /(^|[;\t\r\n])(?=\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g
/** What makes it look past the first character. */
const BREAK = /^[\t\r\n]/

/** A text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"). */
export function harmless(text: string): string {
  const quoted = text.replaceAll(FORMULA, "$1'")
  return BREAK.test(text) && quoted === text ? `'${text}` : quoted
}
