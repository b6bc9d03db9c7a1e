import { ApiProblem } from '@pumphandle/shared/client'
import { lazy } from 'react'
import { useLocation } from 'wouter'
import { useAnswer } from '../api/use.ts'
import { Awaited } from '../design/awaited.tsx'
import { LiveProvider } from '../live/live.tsx'
import { MeContext } from '../session/me.ts'
import { Routes } from './routes.tsx'
import { KeepTabState } from './tab-state.tsx'

const Acknowledge = lazy(() => import('../pages/sign-in/acknowledge.tsx'))
const Enrol = lazy(() => import('../pages/account/enrol.tsx'))
const Here = lazy(() => import('../pages/here/here.tsx'))
const SignIn = lazy(() => import('../pages/sign-in/sign-in.tsx'))
const Welcome = lazy(() => import('../pages/sign-in/welcome.tsx'))

/** The pages, for those who are signed in; else the sign-in page, at the same address, so that signing in returns there. */
export function SignedInOnly() {
  const [path] = useLocation()
  const me = useAnswer('me')
  if (path === '/welcome') return <Welcome />
  if (path === '/acknowledge') return <Acknowledge />
  if (path === '/here') return <Here />
  if (me.data?.owesFactor && !me.error) return <Enrol />
  if (me.data && !(me.error instanceof ApiProblem && me.error.problem.status === 401))
    return (
      <MeContext value={me.data}>
        <LiveProvider>
          <KeepTabState />
          <Routes />
        </LiveProvider>
      </MeContext>
    )
  if (me.error instanceof ApiProblem && me.error.problem.status === 401) return <SignIn />
  return (
    <main className="page">
      <Awaited of={me} height={400} />
    </main>
  )
}
