import { type PostgresPair, startPostgresPair } from '../support/postgres-pair.ts'
import { Member, type RoleName } from './member.ts'
import { startProxy } from './proxy.ts'

/** What deploy/compose.yaml starts, as processes of this computer. */
export interface Processes {
  readonly pair: PostgresPair
  readonly members: readonly Member[]
  /** The one address before edges and serves. */
  readonly url: string
  /** Addresses of a role's processes now. */
  urls(role: RoleName): string[]
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const ROLES: readonly RoleName[] = ['brain', 'brain', 'edge', 'edge', 'serve', 'serve']

/**
 * @param env of all of them
 * @param onLine told each line of their logs
 * @param prepare what is done with the database before they start
 */
export async function startProcesses<T>(
  env: Record<string, string>,
  onLine: (who: string, line: string) => void,
  prepare: (primary: string) => Promise<T>,
): Promise<Processes & { readonly prepared: T }> {
  const pair = await startPostgresPair({ isCuttable: true })
  const prepared = await prepare(pair.servers[0])
  const members = await Promise.all(
    ROLES.map((role, n) => Member.start(role, pair.servers, env, (line) => onLine(`${role}-${1 + (n % 2)}`, line))),
  )
  const urls = (role: RoleName) => members.filter((member) => member.role === role).map((member) => member.url)
  const proxy = await startProxy(urls)
  return {
    pair,
    members,
    prepared,
    urls,
    url: proxy.url,
    async end(signal = 'SIGTERM') {
      proxy.close()
      await Promise.all(members.map((member) => member.end(signal)))
      await pair.stop()
    },
  }
}
