import { compareVersions } from '@pumphandle/shared/versions'
import { numberValue, textValue } from '../../formats/regf/registry.ts'
import { pathInVolume } from '../../volume/paths.ts'
import type { Volume } from '../../volume/volume.ts'

/** A program in "Apps and features" of the whole machine. Programs of single users are not read. */
export interface InstalledProgram {
  name: string
  version?: string
  publisher?: string
  /** Day of installation, ISO 8601, where it is stated as yyyymmdd. */
  installedOn?: string
  /** The folder that it says it is in, inside the volume. */
  folder?: string
  /** That folder is not on this disk. */
  isGone?: boolean
}

const UNINSTALL = 'Microsoft\\Windows\\CurrentVersion\\Uninstall'
const MAX_PROGRAMS = 5_000

/** Both registry views: 32-bit programs on 64-bit Windows stand below WOW6432Node. */
export function readPrograms(volume: Volume): InstalledProgram[] {
  return volume.once('programs', () =>
    [UNINSTALL, `WOW6432Node\\${UNINSTALL}`].flatMap((path) => readView(volume, path)),
  )
}

/** What comes beside a product and is called by its name: it has a version of its own. */
const HELPER =
  /\b(add-?on|anti-exploit|assistant|backup|browser|clean-?up|client connector|cloner|collector|connector|console|documentation|extension|forensics|helper|language|management (agent|center|server)|manager|migrat\w*|network agent|plug-?in|remov(al|er)|self-service|setup|toolbar|toolbox|uninstall\w*|updat\w*|utilit\w*|vpn|web (advisor|companion)|webadvisor)\b/i

/** Whether an entry is what comes beside a product. */
export function isHelper(title: string): boolean {
  return HELPER.test(title)
}

/**
 * The newest installed program with such a name: an upgrade may leave the entry of the version before behind. Entries whose
 * folder is not on the disk say nothing of what is there; helpers that are called by a product's name do not count.
 */
export function findProgram(volume: Volume, name: RegExp): InstalledProgram | undefined {
  return newest(volume, (program) => name.test(program.name))
}

/** The newest entry of the folder that a program lies in: resellers and new owners give products names of their own. */
export function findProgramOf(volume: Volume, path: string): InstalledProgram | undefined {
  return newest(
    volume,
    ({ folder }) => folder !== undefined && path.toLowerCase().startsWith(`${folder.toLowerCase()}/`),
  )
}

function newest(volume: Volume, isIt: (program: InstalledProgram) => boolean): InstalledProgram | undefined {
  return readPrograms(volume)
    .filter((program) => isIt(program) && program.isGone !== true && !isHelper(program.name))
    .sort((a, b) => compareVersions(b.version ?? '', a.version ?? ''))[0]
}

/** `v7.16.1` and `7, 9, 20, 515` as everybody else writes them; what is no version stays as it is. */
export function plainVersion(text: string): string {
  const bare = text.trim().replace(/^v(?:er(?:sion)?)?[.\s]*(?=\d)/i, '')
  return /^\d+(?:\s*,\s*\d+)+$/.test(bare) ? bare.replace(/\s*,\s*/g, '.') : bare
}

/** Below one of the drive's own folders; what an entry says of other drives, or of a whole one, tells nothing. */
function folderOf(location: string | undefined): string | undefined {
  if (location === undefined || !/^"?[c%]/i.test(location)) return undefined
  const folder = pathInVolume(location.trim()).replace(/\/+$/, '')
  return folder.includes('/') ? folder : undefined
}

/** Whether a folder is gone from a disk that is there: of hives alone nothing is known. */
function isGone(volume: Volume, folder: string): boolean {
  return volume.stat(folder.split('/')[0] ?? '') !== undefined && !volume.stat(folder)
}

/** The version of a Windows Installer's package, as its entry has it beside the one that people see: `0x17040004` is 23.4.4. */
function packageVersion(packed: number | undefined): string | undefined {
  return packed ? `${packed >>> 24}.${(packed >>> 16) & 0xff}.${packed & 0xffff}` : undefined
}

/** At the end of a name, for want of another place: `Cortex XDR 8.2.1.47908`, `Malwarebytes version 4.6.8.311 (x64)`. */
const NAMED_VERSION = /(?:\s|\bv)(\d+(?:\.\d+){2,3})(?:\s*\([^)]*\))?$/i

function readView(volume: Volume, path: string): InstalledProgram[] {
  const programs: InstalledProgram[] = []
  for (const key of volume.registry('SOFTWARE')?.key(path)?.keys() ?? []) {
    const name = textValue(key, 'DisplayName')
    if (!name || programs.length >= MAX_PROGRAMS) continue
    const program: InstalledProgram = { name }
    const version =
      textValue(key, 'DisplayVersion') ?? packageVersion(numberValue(key, 'Version')) ?? NAMED_VERSION.exec(name)?.[1]
    const publisher = textValue(key, 'Publisher')
    const day = /^(\d{4})(\d\d)(\d\d)$/.exec(textValue(key, 'InstallDate') ?? '')
    if (version) program.version = plainVersion(version)
    if (publisher) program.publisher = publisher
    if (day) program.installedOn = `${day[1]}-${day[2]}-${day[3]}`
    const folder = folderOf(textValue(key, 'InstallLocation'))
    if (folder !== undefined) program.folder = folder
    if (folder !== undefined && isGone(volume, folder)) program.isGone = true
    programs.push(program)
  }
  return programs
}
