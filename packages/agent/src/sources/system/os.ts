import { fieldOf } from '../../formats/evtx/event-fields.ts'
import { readFileVersion } from '../../formats/pe/version.ts'
import { Problems } from '../../formats/problem.ts'
import { numberValue, textValue } from '../../formats/regf/registry.ts'
import { decodeUtf16 } from '../../formats/text.ts'
import { readDumpFiles } from '../../volume/dump-files.ts'
import type { Volume } from '../../volume/volume.ts'
import { buildOfBoot, ENABLEMENT } from '../builds.ts'
import type { ComponentFact } from '../component.ts'
import type { Reading, Source } from '../source.ts'

export interface OsFacts {
  /** For example `Windows 10 Pro 22H2`. */
  name: string | null
  /** Build and revision, e.g. `19045.4651`. */
  version: string | null
  /** Where the version was read: the registry, the kernel's file, the newest boot in the log, or the newest dump. */
  from: 'registry' | 'event-log' | 'kernel-file' | 'dump' | null
  component: ComponentFact | null
}

/** HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion, like the log, still says "Windows 10" on Windows 11, which begins with this build. */
const FIRST_WINDOWS_11 = 22_000
/** Servers by their builds, most of which a client has too; only ProductType tells which it is. */
const SERVERS: Partial<Record<number, string>> = {
  7600: 'Windows Server 2008 R2',
  7601: 'Windows Server 2008 R2',
  9200: 'Windows Server 2012',
  9600: 'Windows Server 2012 R2',
  14393: 'Windows Server 2016',
  17763: 'Windows Server 2019',
  20348: 'Windows Server 2022',
  25398: 'Windows Server, version 23H2',
  26100: 'Windows Server 2025',
}
/** Builds that no client has. */
const SERVERS_ALONE = new Set([20_348, 25_398])
/** ProductType of a server; a client has WinNT. */
const SERVER = /^(?:ServerNT|LanmanNT)$/i

/**
 * Windows' build and revision: from the SOFTWARE hive (CurrentBuildNumber and UBR), else from what the kernel logged at its
 * newest start (Kernel-General 12), else from the kernel's file, whose revision lags behind on some updates, else the build
 * alone from the newest kernel dump.
 */
export const osSource: Source<OsFacts> = {
  name: 'os',
  read: async (volume) => readOs(volume),
}

function readOs(volume: Volume): Reading<OsFacts> {
  const facts = fromRegistry(volume) ?? fromLog(volume) ?? fromKernelFile(volume) ?? fromDump(volume)
  const problems = facts.version
    ? []
    : [{ code: 'os-unknown', message: 'Neither registry, log, kernel file nor dump tells the build', where: 'Windows' }]
  return { facts, problems }
}

function fromRegistry(volume: Volume): OsFacts | undefined {
  const key = volume.registry('SOFTWARE')?.key('Microsoft\\Windows NT\\CurrentVersion')
  const build = textValue(key, 'CurrentBuildNumber') ?? textValue(key, 'CurrentBuild')
  if (!build) return undefined
  // Windows 7 has no UBR; the revision there is in BuildLabEx, e.g. 7601.24214.amd64fre.win7sp1_ldr.
  const revision = numberValue(key, 'UBR') ?? textValue(key, 'BuildLabEx')?.split('.')[1]
  const version = revision === undefined ? build : `${build}.${revision}`
  const product = textValue(key, 'ProductName')
  const release = textValue(key, 'DisplayVersion') ?? textValue(key, 'ReleaseId') ?? textValue(key, 'CSDVersion')
  const name = [product && nameOf(product, Number(build)), release].filter(Boolean).join(' ')
  return facts(name || null, version, 'registry')
}

function fromLog(volume: Volume): OsFacts | undefined {
  const { events } = volume.history().system()
  const start = events.findLast((event) => event.eventId === 12 && /kernel-general$/i.test(event.provider))
  const build = start && fieldOf(start, 'BuildVersion')
  if (!build) return undefined
  const logged = `${build}.${fieldOf(start, 'QfeVersion') ?? '0'}`
  const service = events.findLast((event) => event.eventId === 6009 && /^eventlog$/i.test(event.provider))
  const told = buildOfBoot(logged, service && fieldOf(service, 1))
  return ofKernel(volume, logged, told, 'event-log')
}

function fromKernelFile(volume: Volume): OsFacts | undefined {
  const reader = volume.open('Windows/System32/ntoskrnl.exe')
  const version = reader && readFileVersion(reader)?.version.split('.').slice(2).join('.')
  reader?.close()
  return version ? ofKernel(volume, version, version, 'kernel-file') : undefined
}

function fromDump(volume: Volume): OsFacts {
  // what is wrong with a dump is told by who reads them for crashes
  const newest = readDumpFiles(volume, new Problems()).at(-1)
  const build = newest?.header.build ?? 0
  if (build < FIRST_KNOWN || build > MAX_BUILD) return { name: null, version: null, from: null, component: null }
  return ofKernel(volume, String(build), String(build), 'dump', newest?.header.isServer)
}

/** Windows 7; a dump that was damaged has any number. */
const FIRST_KNOWN = 7_600
const MAX_BUILD = 0xffff

const PACKAGES = 'Windows/servicing/Packages'
const ENABLEMENT_PACKAGE = /^Microsoft-Windows-(\w{4})Enablement-Package~/i

/**
 * The build that the kernel's number stands for, where the log or the packages on the disk tell it; else said to be the kernel's.
 *
 * @param logged the kernel's build and revision
 * @param told the same by what the event log's service said of it
 * @param isServerSaid by who told of the kernel
 */
function ofKernel(
  volume: Volume,
  logged: string,
  told: string,
  from: NonNullable<OsFacts['from']>,
  isServerSaid?: boolean,
): OsFacts {
  const [kernel = '', ...revision] = logged.split('.')
  const packages = volume.names(PACKAGES)
  const edition = editionOf(volume, kernel, told)
  const isServer = isServerSaid ?? isServerOf(volume, Number(kernel), edition, packages)
  const releases = isServer === true ? undefined : ENABLEMENT[Number(kernel)]
  const enabled = packages
    .map((name) => releases?.[ENABLEMENT_PACKAGE.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 0)
    .reduce((newest, build) => Math.max(newest, build), 0)
  const build = releases ? Math.max(enabled, Number.parseInt(told, 10)) : Number(kernel)
  const isRaised = build !== Number(kernel)
  // no server has a release that is switched on by a package
  const product = edition ?? productName(Number(kernel), isServer ?? (isRaised ? false : undefined))
  const found = facts(product, [build, ...revision].join('.'), from)
  if (releases && !isRaised && found.component)
    found.component.detail = { ...found.component.detail, build: 'the kernel’s; an enablement package may raise it' }
  return found
}

/** The package of an edition itself, such as `Microsoft-Windows-ServerStandardEdition~31bf3856ad364e35~amd64~~10.0.26100.1.mum`. */
const EDITION_PACKAGE = /^Microsoft-Windows-(Server)?\w*Edition~/i

/** Whether this is a server's Windows; undefined where nothing tells. */
function isServerOf(
  volume: Volume,
  kernel: number,
  edition: string | undefined,
  packages: readonly string[],
): boolean | undefined {
  const type = textValue(volume.controlSet()?.key('Control\\ProductOptions'), 'ProductType')
  if (type !== undefined) return SERVER.test(type)
  if (edition !== undefined) return /\bServer\b/.test(edition)
  const editions = packages.map((name) => EDITION_PACKAGE.exec(name)).filter((found) => found !== null)
  if (editions.length > 0) return editions.some(([, server]) => server !== undefined)
  const dumps = readDumpFiles(volume, new Problems()).map(({ header }) => header)
  return dumps.findLast(({ build, isServer }) => build === kernel && isServer !== undefined)?.isServer
}

/** Of the texts in EventLog 6013's binary part: what Windows is called, and `10.0.19045 Build 19045`. In no language. */
const EDITION = 2
const BUILD = 3

/** What the event log's service calls this Windows, each noon and at each start; undefined where it spoke of another build. */
function editionOf(volume: Volume, kernel: string, told: string): string | undefined {
  const { events } = volume.history().system()
  const uptime = events.findLast((event) => event.eventId === 6013 && /^eventlog$/i.test(event.provider))
  const bytes = Buffer.from(uptime?.binary ?? '', 'hex')
  const texts = decodeUtf16(bytes, 0, bytes.length).split('\0')
  const build = /\bBuild (\d{4,5})\b/.exec(texts[BUILD] ?? '')?.[1]
  const edition = texts[EDITION]?.trim().slice(0, MAX_NAME)
  if (!edition || build === undefined || ![kernel, told.split('.')[0]].includes(build)) return undefined
  return nameOf(edition, Number(build))
}

/** Longer than any name of a Windows. */
const MAX_NAME = 100

/** Windows 11 calls itself by the name of the one before it. */
function nameOf(product: string, build: number): string {
  return build >= FIRST_WINDOWS_11 ? product.replace('Windows 10', 'Windows 11') : product
}

function facts(name: string | null, version: string, from: NonNullable<OsFacts['from']>): OsFacts {
  const component: ComponentFact = { kind: 'os', name: 'windows', version, at: null }
  if (name) component.detail = { product: name }
  return { name, version, from, component }
}

/**
 * The family by build number.
 *
 * @param isServer undefined where nothing tells: of a build that clients and servers share the number is said, and no guess
 */
function productName(build: number, isServer: boolean | undefined): string | null {
  const server = SERVERS[build]
  if (isServer === true || SERVERS_ALONE.has(build)) return server ?? 'Windows Server'
  if (isServer === undefined && server !== undefined) return `Windows (build ${build})`
  if (build >= FIRST_WINDOWS_11) return 'Windows 11'
  if (build >= 10_240) return 'Windows 10'
  if (build >= 9_600) return 'Windows 8.1'
  if (build >= 9_200) return 'Windows 8'
  return build >= 7_600 ? 'Windows 7' : null
}
