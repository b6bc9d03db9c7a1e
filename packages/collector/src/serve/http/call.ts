import type { RouteName, Routes } from '@pumphandle/shared/api'
import type { Answer, PathOf } from '@pumphandle/shared/client'
import type { Request, Response } from 'express'
import type { Actor } from '../../people/index.ts'

type Output<S> = S extends { _zod: { output: infer O } } ? O : never

/** One request to route N, authenticated, checked and parsed. */
export interface Call<N extends RouteName> {
  readonly path: { readonly [K in keyof PathOf<N>]: string }
  readonly query: Routes[N] extends { query: infer S } ? Output<S> : Record<never, never>
  readonly body: Routes[N] extends { body: infer S } ? Output<S> : undefined
  readonly actor: Routes[N]['access'] extends 'public' ? Actor | undefined : Actor
  /** What the audit log says of a write beyond the route's name: about whom or what, and how. Never a secret. */
  readonly note: (subject: string, detail?: string) => void
  readonly req: Request
  readonly res: Response
}

/** Answers route N: with its JSON, or for files and streams by writing to `call.res`. Refuses by throwing a Refusal. */
type Handler<N extends RouteName> = (
  call: Call<N>,
) => Promise<Routes[N] extends { response: unknown } ? Answer<N> : void>

/** The handlers of some routes; together they are all of the API. */
export type Handlers<N extends RouteName = RouteName> = { readonly [K in N]: Handler<K> }
