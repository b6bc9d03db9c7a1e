import { EmbeddedActionsParser, EOF, type IToken, Lexer } from 'chevrotain'
import { QueryFault } from './error.ts'
import { QUERY_LIMITS } from './limits.ts'
import * as T from './tokens.ts'

/** A query as it is written: words, fields with values still unread, and how they are joined. */
export type Syntax =
  | { type: 'and' | 'or'; of: Syntax[] }
  | { type: 'not'; of: Syntax }
  | { type: 'words'; text: Piece }
  | FieldSyntax

export interface FieldSyntax {
  type: 'field'
  /** was `had:` before it, and where */
  had?: Piece
  field: Piece
  value?: Piece
  /** what `at:` after it says */
  at?: Piece
}

/** A piece of the query's text and its offset. */
export interface Piece {
  text: string
  from: number
  to: number
}

class SyntaxParser extends EmbeddedActionsParser {
  constructor() {
    super(T.TOKENS, { recoveryEnabled: false, maxLookahead: 2 })
    this.performSelfAnalysis()
  }

  query = this.RULE('query', (): Syntax => {
    let found: Syntax | undefined
    this.OPTION(() => {
      found = this.SUBRULE(this.either)
    })
    return found ?? { type: 'and', of: [] }
  })

  private either = this.RULE('either', (): Syntax => {
    const of = [this.SUBRULE(this.every)]
    this.MANY(() => {
      this.CONSUME(T.OrWord)
      of.push(this.SUBRULE2(this.every))
    })
    return only(of) ?? { type: 'or', of }
  })

  private every = this.RULE('every', (): Syntax => {
    const of = [this.SUBRULE(this.one)]
    this.MANY(() => {
      this.OPTION(() => this.CONSUME(T.AndWord))
      of.push(this.SUBRULE2(this.one))
    })
    return only(of) ?? { type: 'and', of }
  })

  private one = this.RULE('one', (): Syntax => {
    const alternatives: { ALT: () => Syntax }[] = [
      { ALT: () => this.SUBRULE(this.negated) },
      { ALT: () => this.SUBRULE(this.bracketed) },
      { ALT: () => this.SUBRULE(this.field) },
      { ALT: () => ({ type: 'words', text: piece(this.CONSUME(T.Word)) }) },
      { ALT: () => ({ type: 'words', text: piece(this.CONSUME(T.Quoted)) }) },
    ]
    return this.OR(alternatives) as Syntax
  })

  private negated = this.RULE('negated', (): Syntax => {
    this.OR([{ ALT: () => this.CONSUME(T.Minus) }, { ALT: () => this.CONSUME(T.NotWord) }])
    return { type: 'not', of: this.SUBRULE(this.one) }
  })

  private bracketed = this.RULE('bracketed', (): Syntax => {
    this.CONSUME(T.Open)
    const inside = this.SUBRULE(this.either)
    this.CONSUME(T.Close)
    return inside
  })

  private field = this.RULE('field', (): Syntax => {
    let had: IToken | undefined
    let value: IToken | undefined
    let at: IToken | undefined
    let moment: IToken | undefined
    this.OPTION(() => {
      had = this.CONSUME(T.Had)
    })
    const field = this.CONSUME(T.FieldName)
    this.OPTION2(() => {
      value = this.CONSUME(T.Value)
    })
    this.OPTION3(() => {
      at = this.CONSUME(T.At)
      this.OPTION4(() => {
        moment = this.CONSUME2(T.Value)
      })
    })
    const out: FieldSyntax = { type: 'field', field: piece(field) }
    if (had) out.had = piece(had)
    if (value) out.value = piece(value)
    if (at) out.at = moment ? piece(moment) : { text: '', from: piece(at).to, to: piece(at).to }
    return out
  })
}

function only(of: Syntax[]): Syntax | undefined {
  return of.length === 1 ? of[0] : undefined
}

function piece(token: IToken): Piece {
  return { text: token.image, from: token.startOffset, to: token.startOffset + token.image.length }
}

/** Neither database stores these as they are: NUL and other controls but white space, and lone surrogates. */
// oxlint-disable-next-line no-control-regex
const BROKEN = /[\0-\x08\x0e-\x1f\x7f]|\p{Surrogate}/u

// Both hold nothing between calls: each call sets the input anew and runs to its end.
const lexer = new Lexer(T.TOKENS, { positionTracking: 'onlyOffset' })
const parser = new SyntaxParser()

/** Reads how a query is joined. Throws QueryFault with the place of what is wrong. */
export function readSyntax(text: string): Syntax {
  if (text.length > QUERY_LIMITS.length) {
    const message = `a query has at most ${QUERY_LIMITS.length} characters, this one ${text.length}`
    throw new QueryFault(message, QUERY_LIMITS.length, text.length)
  }
  const broken = text.search(BROKEN)
  if (broken >= 0)
    throw new QueryFault('a query holds no control characters and no halves of characters', broken, broken + 1)
  const { tokens, errors } = lexer.tokenize(text)
  const [lexical] = errors
  // every character but a lone quote begins some token
  if (lexical) throw new QueryFault('this quote is not closed', lexical.offset, text.length, ['"'])
  checkBrackets(tokens, text)
  parser.input = tokens
  const syntax = parser.query()
  const [wrong] = parser.errors
  if (wrong) {
    const index = tokens.indexOf(wrong.token)
    throw misplaced(wrong.token, index < 0 ? tokens.at(-1) : tokens[index - 1], text)
  }
  return syntax
}

function checkBrackets(tokens: IToken[], text: string): void {
  const open: IToken[] = []
  let negations = 0
  for (const token of tokens) {
    if (token.tokenType === T.Open) open.push(token)
    if (token.tokenType === T.Close && !open.pop()) throw fault(token, 'no bracket is open here')
    const negation = token.tokenType === T.Minus || token.tokenType === T.NotWord
    if (negation) negations++
    else if (token.tokenType !== T.Open) negations = 0
    if (open.length + negations > QUERY_LIMITS.depth) {
      throw fault(token, `more than ${QUERY_LIMITS.depth} brackets and negations inside each other`)
    }
  }
  const last = open.at(-1)
  if (last) throw new QueryFault('this bracket is not closed', last.startOffset, text.length, [')'])
}

function misplaced(token: IToken, before: IToken | undefined, text: string): QueryFault {
  const what: Record<string, string> = {
    [T.OrWord.name]: 'or stands between two terms',
    [T.AndWord.name]: 'and stands between two terms',
    [T.At.name]: 'at: belongs right after a had: term, as in had:sensor:falcon@7.16.* at:2024-07-19',
    [T.Had.name]: 'had: stands before a field, as in had:sensor:falcon@7.16.*',
  }
  if (before?.tokenType === T.Had) return fault(before, what[T.Had.name] ?? '')
  if (token.tokenType === EOF || token.tokenType === T.Close) {
    const name = before?.image ?? 'this'
    return new QueryFault(
      `a term is missing after ${name}`,
      before?.startOffset ?? 0,
      before ? end(before) : text.length,
    )
  }
  return fault(token, what[token.tokenType.name] ?? `${token.image} can't stand here`)
}

function fault(token: IToken, message: string): QueryFault {
  return new QueryFault(message, token.startOffset, end(token))
}

function end(token: IToken): number {
  return token.startOffset + token.image.length
}
