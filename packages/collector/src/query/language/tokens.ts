import { type CustomPatternMatcherFunc, createToken, type IToken, Lexer } from 'chevrotain'

// A field's value is one token, read only where it touches the colon before it; what is inside is the business of the
// field's own reader in ./terms. Quotes in a value may hold spaces and brackets, and a quote in quotes is written twice.
const VALUE = /(?:"(?:[^"]|"")*"|[^\s()"])+/y

const value: CustomPatternMatcherFunc = (text, offset, before: IToken[]) => {
  const last = before.at(-1)
  const touches = last && (last.tokenType === FieldName || last.tokenType === At)
  if (!touches || last.startOffset + last.image.length !== offset) return null
  VALUE.lastIndex = offset
  const match = VALUE.exec(text)
  return match ? [match[0]] : null
}

export const Value = createToken({ name: 'Value', pattern: value, line_breaks: true })
const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED })
export const Open = createToken({ name: 'Open', pattern: /\(/ })
export const Close = createToken({ name: 'Close', pattern: /\)/ })
export const Minus = createToken({ name: 'Minus', pattern: /-/ })
export const NotWord = createToken({ name: 'NotWord', pattern: /not(?![^\s()])/i })
export const OrWord = createToken({ name: 'OrWord', pattern: /or(?![^\s()])/i })
export const AndWord = createToken({ name: 'AndWord', pattern: /and(?![^\s()])/i })
export const Had = createToken({ name: 'Had', pattern: /had:/i })
export const At = createToken({ name: 'At', pattern: /at:/i })
export const FieldName = createToken({ name: 'FieldName', pattern: /[a-z][a-z0-9_-]*:/i })
export const Quoted = createToken({ name: 'Quoted', pattern: /"(?:[^"]|"")*"/, line_breaks: true })
export const Word = createToken({ name: 'Word', pattern: /[^\s()"-][^\s()"]*/ })

// the order is the order of trying
export const TOKENS = [Value, Space, Open, Close, Minus, NotWord, OrWord, AndWord, Had, At, FieldName, Quoted, Word]
