import { useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { useChange } from '../api/use.ts'
import { Button } from '../design/button.tsx'
import { to } from '../design/links.ts'
import { useMe } from '../session/me.ts'
import { showKeys } from './shortcuts.tsx'
import { THEMES, useTheme } from './theme.tsx'

const NAMES = { system: 'As the computer', light: 'Light', dark: 'Dark' } as const

/** Who is signed in, light or dark, wall, sign out. A native popover: Escape and a click outside close it. */
export function Account() {
  const me = useMe()
  const client = useQueryClient()
  const [theme, setTheme] = useTheme()
  const signOut = useChange('signOut')
  const leave = () =>
    signOut.mutate(
      {},
      {
        onSettled: (done) => {
          client.clear()
          // the organisation's session ends at its provider, which sends the browser back here
          location.assign(done?.next ?? to.overview())
        },
      },
    )
  const close = () => document.getElementById('account')?.hidePopover()
  return (
    <div className="account">
      <button
        type="button"
        className="button button-bare"
        popoverTarget="account"
        aria-label={`${initials(me.name)}: menu of ${me.name}`}
      >
        <span className="initials" aria-hidden="true">
          {initials(me.name)}
        </span>
      </button>
      <div id="account" className="menu" popover="auto">
        <p>
          <strong>{me.name}</strong>
          <br />
          <span className="quiet small">
            {me.email} · {me.role}
            {me.places &&
              ` of ${[...me.places.practices, ...me.places.networks, ...me.places.regions, ...me.places.tags].join(', ')}`}
          </span>
        </p>
        <fieldset>
          <legend className="small quiet">Colours</legend>
          {THEMES.map((name) => (
            <label key={name}>
              <input type="radio" name="theme" checked={theme === name} onChange={() => setTheme(name)} /> {NAMES[name]}
            </label>
          ))}
        </fieldset>
        <Link href={to.wall()} onClick={close}>
          Wall screen
        </Link>
        <Link href={to.account()} onClick={close}>
          Your account
        </Link>
        <a href="/api/v1/docs">API</a>
        <Button
          kind="bare"
          className="menu-item"
          onClick={() => {
            close()
            showKeys()
          }}
        >
          Keys
        </Button>
        <Button onClick={leave} busy={signOut.isPending}>
          Sign out
        </Button>
      </div>
    </div>
  )
}

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((part) => part.charAt(0))
    .join('')
    .slice(0, 2)
    .toUpperCase()
