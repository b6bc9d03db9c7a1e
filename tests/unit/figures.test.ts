import { expect, test } from 'vitest'
import { read } from '../support/sources.ts'

// Figures that documents say are those of the code.

/** Sentences of a document, # for a figure; the constant that it is; and by what it is divided there. */
type Figures = Readonly<Record<string, readonly [sentence: string, constant: string, by?: number][]>>

const detect = 'packages/collector/src/detect'
const collector = 'packages/collector/src'
const DETECTION: Figures = {
  [`${detect}/counts/baselines.ts`]: [
    ['the weight of # failures;', 'PRIOR_FAILURES'],
    ['; # for restarts after ten minutes', 'PRIOR_NO_RETURNS'],
    ['ten minutes, # after an hour', 'PRIOR_LONG_GONE'],
    ['and # for absences', 'PRIOR_ABSENCES'],
    ['; # for services, of which it is a guess', 'PRIOR_GUESSES'],
  ],
  [`${detect}/words/classes.ts`]: [['lost goodbyes: # for each', 'LOST_GOODBYES']],
  [`${detect}/counts/dependence.ts`]: [
    ['ρ is # for bugchecks that name a driver', 'NAMED_CRASH'],
    ['a driver, # for those that do not', 'UNNAMED_CRASH'],
    ["do not, # for a sensor's service", 'SERVICE_LOST'],
  ],
  [`${detect}/counts/votes.ts`]: [['one vote that renews over # minutes', 'REGION_RENEWAL', 60]],
  [`${detect}/fleet/restarts.ts`]: [
    ['nobody is back with it (# minutes)', 'UNKNOWN_RETURN_SECONDS', 60],
    ["restart of a practice's night weighs min(1, #/n)", 'PRACTICE_WEIGHT'],
  ],
  [`${detect}/fleet/absence.ts`]: [['Absences weigh min(1, #/n)', 'PRACTICE_WEIGHT']],
  [`${detect}/fleet/sample.ts`]: [['is taken from a sample of #', 'SAMPLE_SIZE']],
  [`${detect}/intake.ts`]: [
    ['when the machine returns within # minutes', 'BLIP_SECONDS', 60],
    ['of the last # crash reports', 'MAX_CRASH_IDS'],
  ],
  [`${detect}/failures.ts`]: [['was up for # minutes since', 'WELL_SECONDS', 60]],
  [`${detect}/suspects/strength.ts`]: [['K < #, or less', 'LEAST_OBSERVED']],
  [`${detect}/suspects/threshold.ts`]: [
    ['(share # for those first seen', 'NEW_SHARE'],
    ['first seen under # h ago', 'NEW_SECONDS'],
  ],
  [`${detect}/suspects/suspicion.ts`]: [
    ['changed minutes before ln #,', 'PRIOR_MINUTES'],
    ['within a day ln #,', 'PRIOR_DAY'],
    ['within days ln #;', 'PRIOR_DAYS'],
    ['owns the culprit driver ln #;', 'PRIOR_OWNER'],
    ['is a product −ln #,', 'PRIOR_PRODUCT'],
    ['an old sensor or content −ln #;', 'PRIOR_OLD'],
    ['is gone −ln #.', 'PRIOR_GONE'],
  ],
  [`${detect}/suspects/ranking.ts`]: [['and −ln # more where', 'OWN_VERSION']],
  [`${detect}/suspects/elsewhere.ts`]: [['ranks by ln # better', 'TIMES_ELSEWHERE']],
  [`${detect}/cases/judge.ts`]: [['within the same # seconds', 'TOGETHER_SECONDS']],
  [`${detect}/cases/attribution.ts`]: [['(under # % of the list)', 'LEAST_WRONG', 0.01]],
}

const RULES: Figures = {
  [`${collector}/serve/http/limits.ts`]: [
    ['| one address | # requests a minute', 'REQUESTS_PER_MINUTE'],
    ['a minute; # lines of the audit log a minute; 300', 'STRANGERS_LINES_PER_MINUTE'],
    ['; # failed sign-ins in 15 minutes; 120', 'SIGN_IN_FAILURES_PER_ADDRESS'],
    ['| one account | # failed sign-ins', 'SIGN_IN_FAILURES_PER_ACCOUNT'],
    ['; # writes a minute, of each', 'WRITES_PER_MINUTE'],
    ['; # writes with all tokens together', 'WRITES_OF_PERSON_PER_MINUTE'],
    ['; # reads and', 'READS_AT_ONCE'],
    ['reads and # files at once', 'FILES_AT_ONCE'],
    ['at once, # reads waiting', 'READS_WAITING'],
    ['; # lines of the audit log a minute by what', 'LINES_PER_MINUTE'],
  ],
  [`${collector}/serve/live/hub.ts`]: [
    ['; # live streams, 60', 'MAX_PAGES_OF_ONE'],
    ['live streams, # with all tokens', 'MAX_PAGES_OF_PERSON'],
    ['; # live streams; 300', 'MAX_PAGES'],
  ],
  [`${collector}/people/sessions.ts`]: [['; # sessions;', 'MOST_SESSIONS']],
  [`${collector}/serve/routes/here.ts`]: [
    ['| one practice | # looks a minute', 'ASKED_PER_MINUTE'],
    ['and # reports an hour by its cards', 'REPORTS_PER_HOUR'],
  ],
  [`${collector}/enrol/keys.ts`]: [['; # copies of its machines a day', 'COPIES_A_DAY']],
  [`${collector}/serve/worlds.ts`]: [['; # views of places', 'MOST']],
  [`${collector}/gateway/limits.ts`]: [
    ["; # strangers' sockets", 'MAX_STRANGERS'],
    ['| one machine | # connections', 'MAX_CONNECTS_PER_MINUTE'],
  ],
}

const API: Figures = {
  [`${collector}/serve/http/limits.ts`]: [
    ['A person or token has # writes a minute', 'WRITES_PER_MINUTE'],
    ['a person has # reads answered at once', 'READS_AT_ONCE'],
    ['and # files on their way', 'FILES_AT_ONCE'],
  ],
  [`${collector}/serve/live/hub.ts`]: [['(# messages or', 'RING_MESSAGES']],
  [`${collector}/serve/live/feed.ts`]: [['one message of a kind every # ms', 'EVERY_MS']],
}

/** Those of the wire itself are held by packages/shared/tests/wire. */
const PROTOCOL: Figures = {
  [`${collector}/gateway/limits.ts`]: [
    ['| seconds from opening to hello | # |', 'HELLO_WITHIN_MS', 1000],
    ['| seconds for the TLS handshake | # |', 'HANDSHAKE_WITHIN_MS', 1000],
    ['| connections a minute and machine | # |', 'MAX_CONNECTS_PER_MINUTE'],
    ['| parts of one message | # |', 'MAX_FRAGMENTS'],
    ['that does not read is let go | # |', 'MAX_BUFFERED_BYTES'],
  ],
  [`${collector}/enrol/route.ts`]: [
    ['| enrolments a minute and address | #,', 'MAX_PER_MINUTE'],
    ['of which # with a wrong token |', 'MAX_WRONG_PER_MINUTE'],
  ],
}

const COMMONS: Figures = {
  [`${collector}/commons/words/limits.ts`]: [
    ['| a report | 512 kB; # versions;', 'MOST_ROWS'],
    ['versions; # cells each', 'MOST_CELLS'],
    ['| reports of one key | # a minute |', 'REPORTS_PER_MINUTE'],
    ['| requests of one address | # a minute |', 'REQUESTS_PER_MINUTE'],
    ['| members | # |', 'MOST_MEMBERS'],
    ['| an answer | # versions', 'MOST_ANSWERS'],
  ],
}

const SECURITY: Figures = {
  'packages/shared/src/words/password.ts': [['| # characters or more', 'PASSWORD_LEAST']],
  [`${collector}/serve/http/limits.ts`]: [
    ['# failures per address', 'SIGN_IN_FAILURES_PER_ADDRESS'],
    ['and # per account', 'SIGN_IN_FAILURES_PER_ACCOUNT'],
  ],
  [`${collector}/enrol/probation.ts`]: [['as one of its first #;', 'PLAUSIBLE_MACHINES']],
}

/** A number as it is assigned in a file, without its unit: 14 of `14 * DAY`, 65536 of `64 * 1024`, 12 of `-Math.log(12)`. */
function numberOf(file: string, constant: string): number {
  const [, text] = read(file).match(new RegExp(`\\b${constant}(?:: \\w+)? = ([^\\n]+)`)) ?? []
  const factors = (text ?? '').replace(/^-?Math\.log\((.+)\)$/, '$1').split(' * ')
  return factors
    .filter((factor) => !/^[A-Z]+$/.test(factor))
    .reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1)
}

test.each([
  ['docs/detection.md', DETECTION],
  ['docs/security/rules.md', RULES],
  ['docs/api.md', API],
  ['docs/protocol.md', PROTOCOL],
  ['docs/commons.md', COMMONS],
  ['SECURITY.md', SECURITY],
])('%s: figures are those of the code', (document, figures) => {
  const text = read(document).replaceAll(/\s+/g, ' ')
  const wrong = Object.entries(figures).flatMap(([file, rows]) =>
    rows.flatMap(([sentence, constant, by = 1]) => {
      const figure = Number((numberOf(file, constant) / by).toPrecision(9)).toLocaleString('en-GB')
      return text.includes(sentence.replace('#', figure))
        ? []
        : [`${sentence.replace('#', figure)} (${constant} of ${file})`]
    }),
  )
  expect(wrong).toEqual([])
})

test('the words that a password is held against stand in the document of signing in', () => {
  const [, list = ''] = read(`${collector}/people/password-strength.ts`).match(/const CONTEXT = \[([^\]]+)\]/) ?? []
  const words = [...list.matchAll(/'([^']+)'/g)].map(([, word]) => word)
  expect(words.length).toBeGreaterThan(5)
  expect(read('docs/security/sign-in.md').replaceAll(/\s+/g, ' ')).toContain(
    `the collector's address, ${words.join(', ')} (`,
  )
})
