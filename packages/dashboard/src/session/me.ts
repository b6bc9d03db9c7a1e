import type { Answer } from '@pumphandle/shared/client'
import { createContext, use } from 'react'

/** Filled by the page's frame once somebody is signed in. */
export const MeContext = createContext<Answer<'me'> | undefined>(undefined)

/** Who is signed in. Only below SignedInOnly. */
export function useMe(): Answer<'me'> {
  const me = use(MeContext)
  if (!me) throw new Error('useMe is for pages behind the sign-in')
  return me
}
