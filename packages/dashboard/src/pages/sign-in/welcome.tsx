import { counted, PASSWORD_LEAST } from '@pumphandle/shared/words'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { to } from '../../design/links.ts'
import { Logo } from '../../design/logo.tsx'
import { Notice } from '../../design/notice.tsx'
import { usePageTitle } from '../../design/title.ts'
import './sign-in.css'

/** Where a one-time link leads: it becomes an account with a password. The secret stands behind the # of the address. */
export default function WelcomePage() {
  usePageTitle('Welcome')
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const redeem = useChange('redeem')
  const [token] = useState(() => location.hash.slice(1))
  const [given, setGiven] = useState({ name: '', email: '', password: '' })
  const short = given.password.length > 0 && given.password.length < PASSWORD_LEAST
  const set = (key: keyof typeof given) => (event: React.ChangeEvent<HTMLInputElement>) =>
    setGiven({ ...given, [key]: event.target.value })
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    const { name, email, password } = given
    redeem.mutate(
      { body: { token, name, password, ...(email ? { email } : {}) } },
      {
        onSuccess: (me) => {
          queries.setQueryData(['me', {}], me)
          navigate(to.overview(), { replace: true })
        },
      },
    )
  }
  if (!token)
    return (
      <main className="sign-in">
        <Notice title="The link is not complete" shape="question">
          Open it as it was printed or sent, with everything after the #.
        </Notice>
      </main>
    )
  return (
    <main className="sign-in">
      <form className="form" onSubmit={send}>
        <h1>
          <Logo /> Welcome
        </h1>
        <p className="quiet">This link works once. Choose your password now; the next time you sign in with it.</p>
        <Field label="Your name" hint="Shown beside what you do">
          {(ids) => (
            <input {...ids} className="input" autoComplete="name" required value={given.name} onChange={set('name')} />
          )}
        </Field>
        <Field
          label="Email"
          hint="To sign in with. Leave it empty if you were invited by email. The very first admin who leaves it empty signs in as “admin”."
        >
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="email"
              autoComplete="username"
              value={given.email}
              onChange={set('email')}
            />
          )}
        </Field>
        <Field
          label="Password"
          hint={`At least ${PASSWORD_LEAST} characters. A few words are easier to remember than symbols.`}
          error={short ? counted(PASSWORD_LEAST - given.password.length, 'more character') : redeem.error?.message}
        >
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="password"
              autoComplete="new-password"
              required
              minLength={PASSWORD_LEAST}
              value={given.password}
              onChange={set('password')}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={redeem.isPending}>
          Start
        </Button>
      </form>
    </main>
  )
}
