import { boundedBody } from '../../model/bounded-body.ts'
import { ANSWER_WITHIN_MS, MAX_ANSWER_BYTES } from '../words/limits.ts'
import { REPORT_PATH } from '../words/path.ts'
import { Answer } from '../words/report.ts'
import { SIGNATURE_HEADER, type SigningKey } from '../words/signature.ts'

/** A sentence of a server that nobody here wrote is cut. */
const MOST_SAID = 300

/** Why a report was not taken, in a sentence for people. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken'
}

/**
 * Sends a report to a commons, signed, and reads its answer, of which no more is read than it may have.
 * @throws (rejects) NotTaken
 */
export async function send(
  { server, key, fetch: ask = fetch }: { server: string; key: SigningKey; fetch?: typeof fetch | undefined },
  body: string,
): Promise<Answer> {
  const text = await exchange(ask, `${server}${REPORT_PATH}`, body, key.sign(body))
  try {
    return Answer.parse(JSON.parse(text))
  } catch (error) {
    throw new NotTaken('The commons answered with something that is no answer; check its address and its version.', {
      cause: error,
    })
  }
}

async function exchange(ask: typeof fetch, url: string, body: string, signature: string): Promise<string> {
  try {
    const response = await ask(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', [SIGNATURE_HEADER]: signature },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const text = (await boundedBody(response, MAX_ANSWER_BYTES))?.toString('utf8')
    if (text === undefined) throw new NotTaken('The commons answered with more than an answer may have.')
    if (!response.ok) throw new NotTaken(`The commons did not take it (${response.status}): ${reasonIn(text)}`)
    return text
  } catch (error) {
    if (error instanceof NotTaken) throw error
    const { cause } = error as { cause?: { code?: string } }
    throw new NotTaken(`The commons could not be reached (${cause?.code ?? (error as Error).message}).`, {
      cause: error,
    })
  }
}

function reasonIn(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    if (typeof detail === 'string') return detail.slice(0, MOST_SAID)
  } catch {
    // a proxy's page in place of an answer
  }
  return 'it gave no reason.'
}
