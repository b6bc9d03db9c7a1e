import { CliError, EXIT } from '../exit-codes.ts'
import type { Session } from '../session.ts'

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/

/** A computer name that only one machine has is as good as an id. */
export async function machineId(session: Session, name: string): Promise<string> {
  if (ULID.test(name)) return name
  const { items } = await session.client.call('machines', { query: { q: `"${name.replaceAll('"', '')}"`, limit: 100 } })
  const exact = items.filter((item) => item.name.toLowerCase() === name.toLowerCase())
  const [only] = exact
  if (!only)
    throw new CliError(
      `There is no machine named ${name}. \`pumphandle machines ${name}\` finds similar ones.`,
      EXIT.notFound,
    )
  if (exact.length > 1)
    throw new CliError(
      `${exact.length} machines are named ${name}; give an id: ${exact.map((m) => m.id).join(', ')}`,
      EXIT.usage,
    )
  return only.id
}
