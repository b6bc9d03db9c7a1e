import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { Logo } from '../../design/logo.tsx'
import { usePageTitle } from '../../design/title.ts'
import './sign-in.css'

/** Asks who is there. The address stays, so that signing in leads to what was asked for. */
export default function SignInPage() {
  usePageTitle('Sign in')
  const queries = useQueryClient()
  const signIn = useChange('signIn')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    signIn.mutate({ body: { email, password } }, { onSuccess: (me) => queries.setQueryData(['me', {}], me) })
  }
  return (
    <main className="sign-in">
      <form className="form" onSubmit={send}>
        <h1>
          <Logo /> Pumphandle
        </h1>
        <Field label="Email, or the name you sign in with">
          {(ids) => (
            <input
              {...ids}
              className="input"
              autoComplete="username"
              autoCapitalize="off"
              required
              value={email}
              onChange={(e) => setEmail(e.target.value)}
            />
          )}
        </Field>
        <Field label="Password" error={signIn.error?.message}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(e) => setPassword(e.target.value)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={signIn.isPending}>
          Sign in
        </Button>
        <p className="quiet small">
          First start? The collector printed a one-time link where it was started. Password forgotten? An admin can send
          you a new link.
        </p>
      </form>
    </main>
  )
}
