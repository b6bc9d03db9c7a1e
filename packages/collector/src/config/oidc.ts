import { readFileSync } from 'node:fs'
import { Places, Role } from '@pumphandle/shared/api'
import * as z from 'zod'
import { ConfigError, type Grant, type OidcConfig } from './config.ts'

const Grants = z
  .array(z.strictObject({ group: z.string().min(1), role: Role, places: Places.nullable().default(null) }))
  .min(1)

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** @throws ConfigError where it is half set, or its file of groups cannot be read */
export function readOidc(
  given: Readonly<
    Record<'issuer' | 'clientId' | 'clientSecret' | 'name' | 'scope' | 'groupsClaim' | 'acr' | 'groups', string>
  >,
  publicUrl: string | undefined,
): OidcConfig | undefined {
  const { issuer, clientId, clientSecret, groups } = given
  if (issuer === '') return undefined
  if (clientId === '' || clientSecret === '' || groups === '' || publicUrl === undefined)
    throw new ConfigError(
      'PUMPHANDLE_OIDC_ISSUER is set: set PUMPHANDLE_OIDC_CLIENT_ID, PUMPHANDLE_OIDC_CLIENT_SECRET, PUMPHANDLE_OIDC_GROUPS and PUMPHANDLE_PUBLIC_URL too.',
    )
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && LOOPBACK.test(url.hostname)))
    throw new ConfigError('PUMPHANDLE_OIDC_ISSUER is no address; set one such as https://login.example/tenant/v2.0.')
  return { ...given, issuer: url, grants: readGrants(groups) }
}

function readGrants(file: string): Grant[] {
  try {
    return Grants.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : (error as Error).message
    throw new ConfigError(
      `PUMPHANDLE_OIDC_GROUPS is ${file}, which is no list of groups (${why}); write one such as [{"group": "fleet-admins", "role": "admin"}].`,
      { cause: error },
    )
  }
}
