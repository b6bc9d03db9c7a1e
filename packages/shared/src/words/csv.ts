/** What a spreadsheet would run: =, +, -, @, their wide forms, and what makes it look past the first character. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/

/** A text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"). */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}
