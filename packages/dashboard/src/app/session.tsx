import type { Role } from '@pumphandle/shared/api'
import type { Answer } from '@pumphandle/shared/client'
import { ApiProblem } from '@pumphandle/shared/client'
import { createContext, lazy, use } from 'react'
import { useLocation } from 'wouter'
import { inWords, useAnswer } from '../api/use.ts'
import { Button } from '../design/button.tsx'
import { Loading, Notice } from '../design/notice.tsx'
import { LiveProvider } from '../live/live.tsx'
import { Routes } from './routes.tsx'

const SignIn = lazy(() => import('../pages/sign-in/sign-in.tsx'))
const Welcome = lazy(() => import('../pages/sign-in/welcome.tsx'))

const MeContext = createContext<Answer<'me'> | undefined>(undefined)
/** Who is signed in. Only below SignedInOnly. */
export function useMe(): Answer<'me'> {
  const me = use(MeContext)
  if (!me) throw new Error('useMe is for pages behind the sign-in')
  return me
}
const RANK: Record<Role, number> = { viewer: 0, technician: 1, admin: 2 }
/** Whether the person may do what needs this role. The collector decides; the page only hides what it would refuse. */
export const useMay = (role: Role) => RANK[useMe().role] >= RANK[role]

/** The pages, for those who are signed in; else the sign-in page, at the same address, so that signing in returns there. */
export function SignedInOnly() {
  const [path] = useLocation()
  const me = useAnswer('me')
  if (path === '/welcome') return <Welcome />
  if (me.data && !(me.error instanceof ApiProblem && me.error.problem.status === 401))
    return (
      <MeContext value={me.data}>
        <LiveProvider>
          <Routes />
        </LiveProvider>
      </MeContext>
    )
  if (me.error instanceof ApiProblem && me.error.problem.status === 401) return <SignIn />
  if (me.error)
    return (
      <main className="page">
        <Notice title={inWords(me.error).title} shape="bang" tone="warn">
          <p>{inWords(me.error).detail}</p>
          <Button onClick={() => void me.refetch()}>Try again</Button>
        </Notice>
      </main>
    )
  return <Loading height={400} />
}
