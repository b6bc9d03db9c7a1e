import { Refusal } from '../model/refusal.ts'

/** Of 0 to 4: 3 is some hundred million guesses, which a hash of 30 ms makes years of one computer. */
const LEAST_SCORE = 3
/** What is looked at of a long one: the work grows with the square of its length, and whoever asks may be a stranger. */
const MOST_LOOKED_AT = 32
/** What anybody would try first here, beside the person's own name and address and the collector's. docs/security/sign-in.md */
const CONTEXT = [
  'nhs',
  'nhs.uk',
  'nhs.net',
  'pumphandle',
  'surgery',
  'practice',
  'reception',
  'emis',
  'systmone',
  'admin',
  'technician',
  'viewer',
]
/** Shorter parts of names are in everything. */
const SHORTEST_WORD = 3

/** Loaded with the first password that is set: some 30 MB of words and of passwords that leaked somewhere. */
export async function loadKnown() {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ])
  const dictionary = { ...common.dictionary, ...english.dictionary }
  return new ZxcvbnFactory({ dictionary, graphs: common.adjacencyGraphs })
}

/**
 * Holds a new password against passwords that leaked, what people make of them, and words that are near at hand here.
 * @param about whose it is: names and addresses, whose words are no part of a good one
 * @param known of {@link loadKnown}
 * @throws Refusal 400 for one that would be guessed
 */
export async function checkStrength(
  password: string,
  about: readonly string[],
  known: ReturnType<typeof loadKnown>,
): Promise<void> {
  const words = about.flatMap(wordsAndEnds).filter((word) => word.length >= SHORTEST_WORD)
  const { score } = (await known).check(eachOnce(password).slice(0, MOST_LOOKED_AT), [...CONTEXT, ...about, ...words])
  if (score >= LEAST_SCORE) return
  throw new Refusal(
    'malformed',
    'Password too easy',
    'This password is one that leaked somewhere, close to one, or made of what anybody would try here. Take a few words that have nothing to do with each other.',
  )
}

/** A word that is said again makes nobody guess longer. */
function eachOnce(password: string): string {
  return [...new Map(password.split(/\s+/).map((word) => [word.toLowerCase(), word])).values()].join(' ')
}

/** Its words, and all that it ends with: of `ada@example.nhs.uk` also `nhs.uk`. */
function wordsAndEnds(text: string): string[] {
  const between = [...text.matchAll(/[^\p{L}\p{N}]+/gu)]
  return [...text.split(/[^\p{L}\p{N}]+/u), ...between.map((mark) => text.slice(mark.index + mark[0].length))]
}
