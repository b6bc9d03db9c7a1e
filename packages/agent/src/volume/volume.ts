import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Problem, Problems, reasonOf } from '../formats/problem.ts'
import { fileReader, type Reader } from '../formats/reader.ts'
import { type Hive, openHive } from '../formats/regf/hive.ts'
import { numberValue, type RegistryKey } from '../formats/regf/registry.ts'
import { FileMemory } from './file-memory.ts'
import { EventHistory, LOG_NAMES, type LogName, type LogPlace } from './history.ts'
import { placeOfLog, systemDriveOf } from './log-places.ts'
import { driveOf, pathInVolume } from './paths.ts'

export type HiveName = 'SYSTEM' | 'SOFTWARE' | 'SAM'

/** The registry of a running Windows, which keeps its hive files locked; given by the agent's native part. */
export interface LiveRegistry {
  root(hive: HiveName): RegistryKey | undefined
}

/** Logs that an administrator moved. */
export type LogPlaces = Partial<Record<LogName, LogPlace>>

export interface FileFacts {
  name: string
  size: number
  /** Milliseconds since 1970. */
  modifiedAt: number
  isFolder: boolean
}

/** A folder of WinSxS has 20,000 entries and is not read here; the largest that is, `servicing\Packages`, has some 9,000. */
const MAX_LISTED = 20_000

/**
 * A folder that holds `Windows/System32/…`: a live `C:\`, the disk of a machine that no longer starts, or a test's folder.
 * Paths inside it use `/` and are found whatever their case, as Windows finds them. Reading is all that it can do.
 */
export class Volume {
  readonly dir: string
  readonly problems = new Problems()
  readonly #live: LiveRegistry | undefined
  readonly #files: FileMemory
  readonly #folders = new Map<string, Map<string, string>>()
  readonly #hives = new Map<HiveName, Hive | undefined>()
  readonly #open: Reader[] = []
  readonly #facts = new Map<string, unknown>()
  readonly #knownPlaces: LogPlaces | undefined
  #history: EventHistory | undefined

  /**
   * @param live where the registry of this very volume is running; otherwise its hive files are read
   * @param files what earlier looks at this volume found in its files
   * @param places where logs are kept that are not at the default place, where the registry should not be asked
   */
  constructor(dir: string, live?: LiveRegistry, files = new FileMemory(), places?: LogPlaces) {
    this.dir = dir
    this.#knownPlaces = places
    this.#live = live
    this.#files = files
  }

  /** The real path of a path inside the volume, or undefined if there is no such file or folder. */
  resolve(path: string): string | undefined {
    if (driveOf(path) !== undefined) return this.#hasOtherDrives ? path : undefined
    let at = this.dir
    for (const part of path.replaceAll('\\', '/').split('/')) {
      if (part === '' || part === '.') continue
      if (part === '..') return undefined
      const names = this.#names(at)
      const name = names.get(part.toLowerCase()) ?? longName(part, names)
      if (name === undefined) return undefined
      at = join(at, name)
    }
    return at
  }

  /** What a folder holds, at most 20,000 entries; empty if there is no such folder. */
  list(path: string): FileFacts[] {
    const folder = this.resolve(path)
    if (folder === undefined) return []
    const facts: FileFacts[] = []
    for (const name of this.#names(folder).values()) {
      const fact = factsOf(join(folder, name), name)
      if (fact) facts.push(fact)
    }
    return facts
  }

  /** Names of what a folder holds, which costs less than `list`; empty if there is no such folder. */
  names(path: string): string[] {
    const folder = this.resolve(path)
    return folder === undefined ? [] : [...this.#names(folder).values()]
  }

  /** Size and time of one file or folder. */
  stat(path: string): FileFacts | undefined {
    const real = this.resolve(path)
    return real === undefined ? undefined : factsOf(real, path.slice(path.lastIndexOf('/') + 1))
  }

  /** Opens a file; absent is undefined, and one that cannot be opened becomes a problem. The volume closes it. */
  open(path: string): Reader | undefined {
    const real = this.resolve(path)
    if (real === undefined) return undefined
    try {
      const reader = fileReader(real, path)
      this.#open.push(reader)
      return reader
    } catch (error) {
      this.problems.add('file-unreadable', `The file cannot be opened: ${reasonOf(error)}`, path)
      return undefined
    }
  }

  /**
   * Where a program is that the machine's settings name: inside the volume, or by the letter of another drive, which a running
   * Windows alone has at hand.
   */
  placeOf(path: string): string {
    const drive = driveOf(path)
    const inside = pathInVolume(path)
    return drive !== undefined && drive !== this.systemDrive() ? `${drive}\\${inside.replaceAll('/', '\\')}` : inside
  }

  /** The letter by which Windows knows this volume, such as `C:`. */
  systemDrive(): string {
    return this.once('system drive', () => systemDriveOf(this.registry('SOFTWARE')))
  }

  /** Whether a file is known not to be there: of another drive than a dead disk's nothing is known. */
  isMissing(path: string): boolean {
    return (driveOf(path) === undefined || this.#hasOtherDrives) && this.stat(path) === undefined
  }

  /** The whole of a small text or data file, cut at `maxBytes`. */
  bytes(path: string, maxBytes: number): Buffer | undefined {
    const reader = this.open(path)
    const bytes = reader?.read(0, maxBytes)
    reader?.close()
    return bytes
  }

  /** What a file's content tells under this name, kept while its size and time hold; undefined where it tells nothing. */
  fileFact<Fact>(name: string, path: string, find: () => Fact | undefined, file = this.stat(path)): Fact | undefined {
    return file && this.#files.of(`${name} ${path}`, file, find)
  }

  /** The root of a hive of HKLM, live or from its hive file and logs; undefined if it cannot be read. */
  registry(name: HiveName): RegistryKey | undefined {
    const live = this.#live?.root(name)
    if (live) return live
    if (!this.#hives.has(name)) this.#hives.set(name, this.#openHive(name))
    return this.#hives.get(name)?.root
  }

  /** HKLM\SYSTEM\CurrentControlSet: on a disk it is the set that `Select\Current` names. */
  controlSet(): RegistryKey | undefined {
    const system = this.registry('SYSTEM')
    const current = numberValue(system?.key('Select'), 'Current') ?? 1
    return system?.key(`ControlSet${String(current).padStart(3, '0')}`) ?? system?.key('ControlSet001')
  }

  /** Where a log is kept, if not at the default place: as it was told when the volume was opened, else by the registry. */
  logPlace(log: LogName): LogPlace | undefined {
    if (this.#knownPlaces !== undefined) return this.#knownPlaces[log]
    return this.once(`place ${log}`, () => {
      const place = placeOfLog(log, this.controlSet(), this.registry('SOFTWARE'))
      // a running Windows has its other drives too
      return place && 'elsewhere' in place && this.#live ? { path: place.elsewhere } : place
    })
  }

  /** All logs that are not at their default place. */
  movedLogs(): LogPlaces {
    const places = LOG_NAMES.map((log) => [log, this.logPlace(log)] as const)
    return Object.fromEntries(places.filter(([, place]) => place !== undefined))
  }

  /** The System and Application logs, read once for all sources. */
  history(): EventHistory {
    this.#history ??= new EventHistory(
      (path) => this.open(path),
      (log) => this.logPlace(log),
      (folder) => this.names(folder),
    )
    return this.#history
  }

  /** A fact that several sources need, found out once per volume. */
  once<Fact>(name: string, find: () => Fact): Fact {
    if (!this.#facts.has(name)) this.#facts.set(name, find())
    return this.#facts.get(name) as Fact
  }

  /** Closes every file; what was wrong with files and hives is in `allProblems` until then and after. */
  close(): void {
    for (const reader of this.#open) reader.close()
    this.#open.length = 0
  }

  /** Problems of the volume itself and its hives, as far as they were read. */
  allProblems(): Problem[] {
    return [...this.problems.all(), ...[...this.#hives.values()].flatMap((hive) => hive?.problems.all() ?? [])]
  }

  get #hasOtherDrives(): boolean {
    return (this.#live ?? this.#knownPlaces) !== undefined
  }

  #openHive(name: HiveName): Hive | undefined {
    const path = `Windows/System32/config/${name}`
    const reader = this.open(path)
    if (!reader) return undefined
    const logs = [this.open(`${path}.LOG1`), this.open(`${path}.LOG2`)].filter((log) => log !== undefined)
    return openHive(reader, logs)
  }

  #names(folder: string): Map<string, string> {
    const known = this.#folders.get(folder)
    if (known) return known
    const names = new Map<string, string>()
    try {
      for (const name of readdirSync(folder).slice(0, MAX_LISTED)) names.set(name.toLowerCase(), name)
    } catch {
      // absent or unreadable: a path through it resolves to nothing
    }
    this.#folders.set(folder, names)
    return names
  }
}

/** A short name: six characters of the long one without spaces and dots, a number, and three of what stands behind its last dot. */
const SHORT_NAME = /^([^~.]{1,6})~([1-9])(?:\.([^.]{1,3}))?$/

/**
 * The long name that a short one stands for, such as `Program Files (x86)` for `PROGRA~2`, by which old installers name
 * services' programs. A disk's folders do not list short names; several of one beginning are counted by the alphabet.
 */
function longName(part: string, names: ReadonlyMap<string, string>): string | undefined {
  if (!part.includes('~')) return undefined
  const [, start = '', number = '1', end = ''] = SHORT_NAME.exec(part.toLowerCase()) ?? []
  if (start === '') return undefined
  const alike = [...names.keys()].filter((name) => {
    const dot = name.lastIndexOf('.')
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, '']
    return stem.replace(/[ .]/g, '').startsWith(start) && ending.slice(0, 3) === end
  })
  return names.get(alike.sort()[Number(number) - 1] ?? '')
}

function factsOf(real: string, name: string): FileFacts | undefined {
  try {
    const stats = statSync(real)
    return { name, size: stats.size, modifiedAt: Math.round(stats.mtimeMs), isFolder: stats.isDirectory() }
  } catch {
    return undefined // removed meanwhile
  }
}
