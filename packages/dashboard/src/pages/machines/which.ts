/** Machines that something is done to: all that a query finds now, or those that were ticked. */
export type Which = { readonly q: string } | { readonly ids: string[] }
