import type { RouteName, Routes } from '@pumphandle/shared/api'

/** What a schema gives and takes, without loading the schema: the page ships types only. */
type Output<S> = S extends { _zod: { output: infer O } } ? O : never
type Input<S> = S extends { _zod: { input: infer I } } ? I : never

/** The JSON answer of a route. */
export type Answer<N extends RouteName> = Routes[N] extends { response: infer S } ? Output<S> : never
export type QueryOf<N extends RouteName> = Routes[N] extends { query: infer S } ? Input<S> : undefined
export type BodyOf<N extends RouteName> = Routes[N] extends { body: infer S } ? Input<S> : undefined

/** Names in braces of a route's path: `/machines/{id}` has `id`. */
type Names<P> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
export type PathOf<N extends RouteName> = Record<Names<Routes[N]['path']>, string | number>

/** What a call of route N may carry. */
export interface Args<N extends RouteName> {
  path?: PathOf<N>
  query?: QueryOf<N>
  body?: BodyOf<N>
}
/** Routes that are read: those a page asks and keeps. */
export type ReadName = { [N in RouteName]: Routes[N]['method'] extends 'GET' ? N : never }[RouteName]
