import type { Problem } from '../api/index.ts'

/** An answer that is not 2xx: what went wrong and what to do, in the collector's words. */
export class ApiProblem extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiProblem'
    this.problem = problem
  }
}

/** Reads the problem out of an answer; one that is no problem document (a proxy's page) gets words of our own. */
export async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    type: 'about:blank',
    title: `The collector answered ${response.status}`,
    status: response.status,
    detail: 'Try again. If it stays, look at the collector with `pumphandle doctor`.',
  }
  if (!response.headers.get('content-type')?.includes('json')) return fallback
  const body = (await response.json().catch(() => null)) as Problem | null
  return typeof body?.title === 'string' && typeof body.status === 'number' ? body : fallback
}
