import type { Answer } from '@pumphandle/shared/client'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAnswer, useChange } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { Logo } from '../../design/logo.tsx'
import { Notice } from '../../design/notice.tsx'
import { usePageTitle } from '../../design/title.ts'
import { type Given, SecondStep } from './second-step.tsx'
import './sign-in.css'

type Step = NonNullable<Answer<'signIn'>['step']>

/** Asks who is there. The address stays, so that signing in leads to what was asked for. */
export default function SignInPage() {
  usePageTitle('Sign in')
  const queries = useQueryClient()
  const signIn = useChange('signIn')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [step, setStep] = useState<Step | null>(null)
  // what stands in the address is anybody's word, until the collector says that it is its own
  const [told] = useState(() => new URLSearchParams(location.search).get('refused'))
  const ways = useAnswer('signInWays', { query: told === null ? {} : { refused: told } })
  const { organisation, refused } = ways.data ?? {}
  const send = (more: Given = {}) =>
    signIn.mutate(
      { body: { email, password, ...more } },
      {
        onSuccess: (answer) => {
          setStep(answer.step)
          if (answer.me) queries.setQueryData(['me', {}], answer.me)
        },
        // a passkey's challenge is used up
        onError: () => step?.passkey && setStep(null),
      },
    )
  if (step)
    return (
      <main className="sign-in">
        <SecondStep step={step} busy={signIn.isPending} error={signIn.error?.message} onGiven={send} />
      </main>
    )
  return (
    <main className="sign-in">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <h1>
          <Logo /> Pumphandle
        </h1>
        {!ways.data && ways.error && <Awaited of={ways} />}
        {refused && (
          <Notice title="Not signed in" shape="bang" tone="warn">
            {refused}
          </Notice>
        )}
        {organisation && (
          <>
            <a className="button button-primary" href="/api/v1/session/organisation">
              Sign in with {organisation}
            </a>
            <p className="quiet small">Or with a password of this collector:</p>
          </>
        )}
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
        <Button kind={organisation ? 'plain' : 'primary'} type="submit" busy={signIn.isPending}>
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
