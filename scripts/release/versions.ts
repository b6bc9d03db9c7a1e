import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What says the agent's version on machines, and names its MSI: a constant, since the agent reads no manifest. */
const AGENT = 'packages/agent/src/version.ts'

/** Every file of a checkout that says its version, with what it says; undefined where it says none. */
export function statedVersions(tree: string): Map<string, string | undefined> {
  const read = (file: string): string => readFileSync(join(tree, file), 'utf8')
  const manifests = ['package.json', ...readdirSync(join(tree, 'packages')).map((p) => `packages/${p}/package.json`)]
  return new Map([
    ...manifests.map((file) => [file, (JSON.parse(read(file)) as { version?: string }).version] as const),
    [AGENT, /AGENT_VERSION = '([^']+)'/.exec(read(AGENT))?.[1]] as const,
  ])
}
