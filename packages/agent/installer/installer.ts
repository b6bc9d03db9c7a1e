import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { AGENT_VERSION, UPGRADE_MARK } from '../src/version.ts'
import { SERVICE_ENVIRONMENT } from '../src/windows/service-environment.ts'
import { fetchPart, WINDOWS_PARTS } from './windows-parts.ts'

const here = import.meta.dirname
const root = join(here, '..', '..', '..')
const require = createRequire(import.meta.filename)
/** Downloads and the unpacked installer tree; ignored by git. */
const TOOLS = join(root, '.tools')

/** The command line for a person on the machine. */
const COMMAND = '@"%~dp0node.exe" --use-system-ca "%~dp0agent.cjs" %*\r\n'

/** Under which Windows knows every version of the agent as one program. */
const UPGRADE_CODE = '6E0B1B0C-5A9D-4C65-8E0C-3F7B62C1A854'
/** Lies in the data folder while a newer version replaces an older one: the older one's removal then leaves the data. */
const KEEP = `"[DATADIR]${UPGRADE_MARK}"`
/**
 * What wixl cannot express, written into the finished package (Microsoft, "CustomAction Table", "SecureCustomProperties"):
 * - a package of the same three numbers replaces another, as 1.2.3 does 1.2.3-rc.1 (512 is VersionMaxInclusive);
 * - properties reach the elevated part of an installation that an ordinary user starts;
 * - the data folder goes with the last version and stays through an upgrade. Windows tells the older version's removal that
 *   it is one (UPGRADINGPRODUCTCODE), Wine does not, so a file says it too. The ping is a second's pause in which the stopped
 *   agent lets go its files. Types: 34 runs a program from a folder, 64 ignores its failure, 1024 after the others and 2048
 *   as LocalSystem.
 */
const MENDINGS = [
  // the log says which value is written, and not what: the token and a proxy's password are among them (Microsoft, "ActionText table")
  'CREATE TABLE `ActionText` (`Action` CHAR(72) NOT NULL, `Description` CHAR(64) LOCALIZABLE, `Template` CHAR(128) LOCALIZABLE PRIMARY KEY `Action`)',
  `INSERT INTO ActionText (Action, Description, Template) VALUES ('WriteRegistryValues', 'Writing system registry values', 'Key: [1], Name: [2]')`,
  ...forgetting('ENROLMENT_TOKEN', 6601),
  ...forgetting('PROXY', 6602),
  `DELETE FROM Upgrade WHERE ActionProperty='WIX_UPGRADE_DETECTED'`,
  `UPDATE Property SET Value='COLLECTOR_URL;ENROLMENT_TOKEN;SITE;TAGS;PROXY;CA_SHA256;WIX_UPGRADE_DETECTED;WIX_DOWNGRADE_DETECTED' WHERE Property='SecureCustomProperties'`,
  `INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('KeepData', 98, 'INSTALLDIR', '"[System64Folder]cmd.exe" /c echo keep> ${KEEP}')`,
  `INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('KeepData', 'WIX_UPGRADE_DETECTED', 1399)`,
  `INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('RemoveData', 3170, 'INSTALLDIR', '"[System64Folder]cmd.exe" /c ping -n 2 127.0.0.1 >nul & if not exist ${KEEP} rd /s /q "[DATADIR]."')`,
  `INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('RemoveData', 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE', 3499)`,
]

/** After the installation (6600) the property is empty, before the log lists all of them. 51 sets a property. */
function forgetting(property: string, sequence: number): string[] {
  return [
    `INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('Forget${property}', 51, '${property}', '')`,
    `INSERT INTO InstallExecuteSequence (Action, Sequence) VALUES ('Forget${property}', ${sequence})`,
  ]
}

/** Windows Installer takes three numbers and nothing behind them (Microsoft, "ProductVersion property"): 1.2.3 of 1.2.3-rc.1. */
export function productVersion(version: string): string {
  return version.replace(/[-+].*$/, '')
}

/**
 * Makes the MSI with Debian's wixl and msibuild from the bundle.
 *
 * @returns its path
 * @throws with the name of the Debian package where a tool is missing
 */
export function buildInstaller(bundle: string, version = AGENT_VERSION): string {
  for (const tool of ['wixl', 'msibuild']) {
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).error)
      throw new Error(`${tool} is missing: install it with Debian's packages, apt install wixl msitools.`)
  }
  const stage = join(TOOLS, 'msi-stage')
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage, { recursive: true })
  stageFiles(bundle, stage)
  const msi = join(dirname(bundle), `pumphandle-agent-${version}.msi`)
  rmSync(msi, { force: true })
  execFileSync('wixl', ['-a', 'x64', '-D', `Version=${productVersion(version)}`, '-o', msi, 'agent.wxs'], {
    cwd: stage,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const replaced = `INSERT INTO Upgrade (UpgradeCode, VersionMax, Attributes, ActionProperty) VALUES ('{${UPGRADE_CODE}}', '${productVersion(version)}', 513, 'WIX_UPGRADE_DETECTED')`
  execFileSync('msibuild', [msi, '-q', ...MENDINGS, replaced], { stdio: ['ignore', 'ignore', 'inherit'] })
  return msi
}

/** Lays out the program as it runs on Windows; the node.exe of 87 MB is linked, not copied, where the disk allows. */
export function layOutProgram(bundle: string, folder: string): void {
  const sqlite = dirname(require.resolve('better-sqlite3/package.json'))
  const files: [string, string][] = [
    [fetchPart(WINDOWS_PARTS.node, TOOLS), 'node.exe'],
    [fetchPart(WINDOWS_PARTS.koffi, TOOLS), 'koffi.node'],
    [join(sqlite, 'prebuilds', 'win32-x64.node'), 'better_sqlite3.node'],
    ...scriptsOf(bundle).map((name): [string, string] => [join(bundle, name), name]),
  ]
  for (const [from, name] of files) {
    try {
      linkSync(from, join(folder, name))
    } catch {
      copyFileSync(from, join(folder, name))
    }
  }
}

/** Lays out what the installer packs. */
function stageFiles(bundle: string, stage: string): void {
  layOutProgram(bundle, stage)
  const components = scriptsOf(bundle).map(componentOf).join('\n          ')
  const references = scriptsOf(bundle).map((name) => `<ComponentRef Id="${idOf(name)}"/>`)
  const source = readFileSync(join(here, 'agent.wxs'), 'utf8')
    .replace('<!-- scripts -->', components)
    .replace('<!-- script references -->', references.join(''))
    .replace('UPGRADE-CODE', UPGRADE_CODE)
    .replace('SERVICE-ENVIRONMENT', SERVICE_ENVIRONMENT.join('[~]'))
  writeFileSync(join(stage, 'agent.wxs'), source)
  writeFileSync(join(stage, 'pumphandle-agent.cmd'), COMMAND)
  writeFileSync(join(stage, 'LICENSES.txt'), licences(bundle))
}

function scriptsOf(bundle: string): string[] {
  return readdirSync(bundle).filter((name) => name.endsWith('.cjs'))
}

function idOf(script: string): string {
  return `script_${script.replace(/\W/g, '_')}`
}

/** A component of one file. Its id follows from the name, so that an upgrade knows the file it replaces. */
function componentOf(script: string): string {
  const hash = createHash('sha256').update(`pumphandle-agent/${script}`).digest('hex').toUpperCase()
  const guid = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ]
  const id = idOf(script)
  const file = `<File Id="file_${id}" Name="${script}" Source="${script}" KeyPath="yes"/>`
  return `<Component Id="${id}" Guid="${guid.join('-')}" Win64="yes">${file}</Component>`
}

/** Licences of what the package contains, as their packages state them. */
function licences(bundle: string): string {
  const texts = readdirSync(bundle)
    .filter((name) => name.endsWith('.LEGAL.txt'))
    .map((name) => readFileSync(join(bundle, name), 'utf8'))
  for (const name of ['better-sqlite3', 'koffi', 'pino', 'systeminformation', 'commander']) {
    const folder = join(root, 'packages', 'agent', 'node_modules', name)
    const file = existsSync(folder) ? readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry)) : undefined
    if (file) texts.push(`${name}\n\n${readFileSync(join(folder, file), 'utf8')}`)
  }
  const node = 'Node.js, https://github.com/nodejs/node/blob/v22.x/LICENSE'
  return [readFileSync(join(root, 'LICENSE'), 'utf8'), node, ...texts].join('\n\n----\n\n')
}
