/** What a process of machines is started with. */
export interface Crew {
  /** The first of its machines, and how many there are. */
  readonly first: number
  readonly count: number
  /** First three numbers of its loopback addresses, which no other process has. */
  readonly network: string
  /** The certificate that is trusted; undefined: no TLS. */
  readonly ca: string | undefined
}

/** What it is told. Each is answered with a {@link Report}. */
export type Job =
  /** All connect, so many at a time; answered when all are in. */
  | { readonly do: 'open'; readonly url: string }
  /** The collector is there now; who is not connected goes on trying. */
  | { readonly do: 'url'; readonly url: string }
  /** Heartbeats of all, spread evenly over so long; 0: no more. */
  | { readonly do: 'beat'; readonly everyMs: number }
  /** So many events a second, each by another machine. */
  | { readonly do: 'tell'; readonly perSecond: number }
  /** One machine of three has the bad content from now on. */
  | { readonly do: 'expose' }
  /** One machine of three stops, within so long, and is back after another time up to so long. */
  | { readonly do: 'crash'; readonly overMs: number; readonly leastMs: number; readonly mostMs: number }
  /** Answered when all are connected and everything that was told by then is acknowledged. */
  | { readonly do: 'settle' }
  | { readonly do: 'report' }

export interface Report {
  readonly open: number
  /** Upgrades that were answered with no, since the last report. */
  readonly refused: number
  /** Milliseconds from a frame to its ack, since the last report; a sample of them. */
  readonly ackMs: readonly number[]
  /** Events that were acknowledged, of each machine. */
  readonly acked: readonly number[]
}

/** Whether machine n is one of the third that fails. */
export function isStruck(n: number): boolean {
  return n % 3 === 0
}
export const BAD = { kind: 'content', name: 'falcon/291', version: '2024-07-19T04:09Z' } as const
