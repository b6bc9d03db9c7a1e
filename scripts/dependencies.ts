/**
 * `npm run check` ends with it: fails on a package that has a known vulnerability, moderate or worse, or a licence that we do
 * not take. Where the registry offers no audit, it says so and fails on nothing unknown.
 *
 *   --sbom FILE   instead: the bill of materials of what is shipped, CycloneDX 1.6, for a release
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { WINDOWS_PARTS } from '../packages/agent/installer/windows-parts.ts'
import { VERSION } from '../packages/shared/src/version.ts'
import { readAudit } from './dependencies/audit.ts'
import { installed, pnpm } from './dependencies/installed.ts'
import { unlicensed } from './dependencies/licences.ts'
import { sbom } from './dependencies/sbom.ts'

const { values } = parseArgs({ options: { sbom: { type: 'string' } } })
if (values.sbom === undefined) {
  const [dependencies, told] = await Promise.all([installed(false), pnpm('audit', '--json')])
  const { impossible, vulnerable } = readAudit(told)
  const wrong = [...unlicensed(dependencies), ...vulnerable]
  if (dependencies.length === 0) wrong.push('No package was looked at: install them first.')
  for (const sentence of wrong) console.error(sentence)
  if (impossible !== null) console.log(`Nobody looked for known vulnerabilities: ${impossible}.`)
  console.log(`${dependencies.length} packages, ${wrong.length} of them not to be taken.`)
  process.exitCode = wrong.length > 0 ? 1 : 0
} else {
  // the installer brings its own runtime, which is no dependency of any package
  const parts = Object.values(WINDOWS_PARTS).map(({ name, version }) => ({ name, version, licence: 'MIT' }))
  writeFileSync(values.sbom, sbom(VERSION, [...(await installed(true)), ...parts]))
}
