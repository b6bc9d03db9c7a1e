import * as z from 'zod'
import * as common from './common.ts'
import * as people from './people.ts'
import { route } from './route.ts'

/** Who is signed in, and who may be. */
export const peopleRoutes = {
  signIn: route({
    method: 'POST',
    path: '/session',
    access: 'public',
    summary: 'Sign in',
    body: people.SignInBody,
    response: people.Me,
    signsIn: true,
  }),
  redeem: route({
    method: 'POST',
    path: '/session/redeem',
    access: 'public',
    summary: 'Turn a one-time link into an account',
    body: people.RedeemBody,
    response: people.Me,
    signsIn: true,
  }),
  signOut: route({ method: 'DELETE', path: '/session', access: 'viewer', summary: 'Sign out', response: common.Ok }),
  me: route({ method: 'GET', path: '/session', access: 'viewer', summary: 'Who is signed in', response: people.Me }),
  preferences: route({
    method: 'GET',
    path: '/session/preferences',
    access: 'viewer',
    summary: 'What the signed-in person set of their own page',
    response: people.Preferences,
  }),
  preferenceSet: route({
    method: 'PUT',
    path: '/session/preferences/{name}',
    access: 'viewer',
    summary: 'Set one of them',
    body: people.PreferenceBody,
    response: common.Ok,
    own: true,
  }),
  users: route({ method: 'GET', path: '/users', access: 'admin', summary: 'Users', response: people.Users }),
  invite: route({
    method: 'POST',
    path: '/users',
    access: 'admin',
    summary: 'Invite a user: answers with a one-time link',
    body: people.InviteBody,
    response: people.Invitation,
    showsSecret: true,
  }),
  userChange: route({
    method: 'PATCH',
    path: '/users/{id}',
    access: 'admin',
    summary: 'Change role, or disable',
    body: people.UserBody,
    response: people.UserRow,
  }),
  tokens: route({ method: 'GET', path: '/tokens', access: 'admin', summary: 'API tokens', response: people.Tokens }),
  tokenAdd: route({
    method: 'POST',
    path: '/tokens',
    access: 'admin',
    summary: 'Make an API token',
    body: people.TokenBody,
    response: people.NewToken,
    showsSecret: true,
  }),
  tokenDelete: route({
    method: 'DELETE',
    path: '/tokens/{id}',
    access: 'admin',
    summary: 'Revoke an API token',
    response: common.Ok,
  }),
  audit: route({
    method: 'GET',
    path: '/audit',
    access: 'admin',
    summary: 'Who did what',
    query: z.object(common.PageQuery),
    response: common.page(people.AuditRow),
  }),
} as const
