import { MAX_SAID_TAGS } from '@pumphandle/shared/wire/limits'
import { TAG_FORM, tagsIn } from '@pumphandle/shared/words/tags'

/** What the agent must know to reach its collector. Written at installation and at enrolment; nothing comes from the wire. */
export interface Settings {
  /** `https://` address of the collector; `http://` to this computer's own loopback only. */
  collectorUrl: string
  /** ODS code of the practice, or any site's code. */
  site?: string
  /** What this computer is, in words that the collector shows: `ring:pilot`. */
  tags?: string[]
  /** `http://host:port` of an HTTP proxy, without its login. */
  proxy?: string
  /** SHA-256 of a certificate in the collector's chain: only what that one signed is trusted. 64 hexadecimal digits. */
  caSha256?: string
  /** Made by the collector at enrolment. */
  machine?: string
  /** Which computer enrolled: another one that finds it here has this one's disk. */
  hardware?: string
}

/** The part of the settings that is kept sealed. */
export interface Secrets {
  /** The machine's own Ed25519 key, proof of who it is on each connection: 32 bytes, base64url. Never leaves this computer. */
  key?: string
  /** Of a machine that was enrolled at a collector of protocol 1: its proof until the collector has taken its key. */
  machineSecret?: string
  /** Exchanged for a machine id at the first connection, then forgotten. */
  enrolmentToken?: string
  /** `user:password` for the proxy. */
  proxyLogin?: string
}

/** A setting that cannot work, in a sentence that says what to do. */
export class SettingsError extends Error {
  override name = 'SettingsError'
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/**
 * The collector's address, checked. Without TLS only a collector on this computer is accepted, and no option changes that.
 *
 * @throws SettingsError
 */
export function collectorAddress(text: string): URL {
  if (!URL.canParse(text))
    throw new SettingsError(`"${text}" is not an address: give one like https://collector.example.net`)
  const url = new URL(text)
  url.protocol = url.protocol.replace(/^ws/, 'http')
  if (url.protocol === 'https:') return url
  if (url.protocol === 'http:' && LOOPBACK.has(url.hostname)) return url
  throw new SettingsError(
    `${text} is not encrypted: give an https:// address (http:// reaches only this computer itself).`,
  )
}

/** Pins that are read: the authority of now, and the one that follows it. */
const MAX_PINS = 4

/**
 * One pin, or several with commas between: the authority of now and the one that follows it.
 * @throws SettingsError where one is no SHA-256: colons, spaces and capitals are accepted, as certificate viewers write them.
 */
export function caFingerprint(text: string): string {
  const pins = text.split(',').map((pin) => pin.replace(/[:\s]/g, '').toLowerCase())
  if (pins.length <= MAX_PINS && pins.every((pin) => /^[0-9a-f]{64}$/.test(pin))) return pins.join(',')
  throw new SettingsError(
    'CA_SHA256 must be the 64 hexadecimal digits of a certificate’s SHA-256 fingerprint, or up to four with commas between.',
  )
}

/**
 * Splits `http://user:password@host:port` into address and login. What stands before the last @ is the login, with whatever signs a
 * password has, as it is or as an address writes it (`%40`). @throws SettingsError
 */
export function proxyAddress(text: string): { proxy: string; proxyLogin?: string } {
  const [, scheme = 'http', login = '', address = ''] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:(.*)@)?([^@]*)$/i.exec(text.trim()) ?? []
  if (scheme.toLowerCase() !== 'http' || !URL.canParse(`http://${address}`))
    throw new SettingsError('PROXY must look like http://proxy:8080 or http://user:password@proxy:8080.')
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/.exec(login) ?? []
  const { host } = new URL(`http://${address}`)
  return {
    proxy: `http://${host}`,
    ...(user === '' ? {} : { proxyLogin: `${asWritten(user)}:${asWritten(password)}` }),
  }
}

function asWritten(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a per cent sign that stands for itself
  }
}

/** @throws SettingsError */
export function siteCode(text: string): string {
  const code = text.trim().toUpperCase()
  if (/^[A-Z0-9][A-Z0-9_-]{0,31}$/.test(code)) return code
  throw new SettingsError(`"${text}" is not a site code: use letters and digits, such as the ODS code A81001.`)
}

/** What an installer's property or an option says, as it was written; undefined or empty: keep what is there. */
export interface Given {
  readonly collector?: string | undefined
  readonly token?: string | undefined
  readonly site?: string | undefined
  readonly tags?: string | undefined
  readonly proxy?: string | undefined
  readonly caSha256?: string | undefined
}

/** What takes the place of secrets; undefined takes one away. */
type ReplacedSecrets = { [name in keyof Secrets]?: Secrets[name] | undefined }

/**
 * Settings with what was given on top, and the secrets that it replaces.
 * @throws SettingsError for a value that cannot work
 */
export function withGiven(
  settings: Partial<Settings>,
  { collector, token, site, tags, proxy, caSha256 }: Given,
): { settings: Partial<Settings>; replaced: ReplacedSecrets } {
  const address: { proxy?: string; proxyLogin?: string } | undefined =
    (proxy && (isNone(proxy) ? {} : proxyAddress(proxy))) || undefined
  const collectorUrl = collector ? collectorAddress(collector).href : settings.collectorUrl
  const kept = token && collectorUrl ? withoutCollector(settings, collectorUrl) : settings
  return {
    // each in its place: who compares with what is stored compares texts
    settings: withoutAbsent({
      ...kept,
      ...(collectorUrl && { collectorUrl }),
      ...(site && { site: siteCode(site) }),
      ...(tags && { tags: tagList(tags) }),
      ...(address && { proxy: address.proxy }),
      ...(caSha256 && { caSha256: isNone(caSha256) ? undefined : caFingerprint(caSha256) }),
    }),
    // a login is its proxy's: another proxy is not shown it
    replaced: { ...(token && { enrolmentToken: token }), ...(address && { proxyLogin: address.proxyLogin }) },
  }
}

/** With what takes the place of some. */
export function withReplaced(secrets: Secrets, replaced: ReplacedSecrets): Secrets {
  return withoutAbsent({ ...secrets, ...replaced })
}

type Present<T> = { [key in keyof T]: Exclude<T[key], undefined> }

/** Leaves out what is undefined: in a file and on the wire, absent and undefined are the same. */
export function withoutAbsent<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Present<T>
}

/**
 * A token for another address is that of another collector, which knows nothing of who this machine was at the one before, and whose
 * certificate another one signed. An address without a token is a new one of the same collector.
 */
function withoutCollector(settings: Partial<Settings>, collectorUrl: string): Partial<Settings> {
  const before = settings.collectorUrl
  if (before === undefined || before === collectorUrl) return settings
  const { machine: _machine, hardware: _hardware, caSha256, ...others } = settings
  const isSameHost = new URL(before).hostname === new URL(collectorUrl).hostname
  return { ...others, ...(isSameHost && caSha256 && { caSha256 }) }
}

/** How the installer's properties say that there is none: an empty one keeps what is there. */
function isNone(text: string): boolean {
  return text.trim().toLowerCase() === 'none'
}

/** `ring:pilot floor:2`, with spaces or commas between; `none` for no tags. @throws SettingsError */
function tagList(text: string): string[] {
  if (isNone(text)) return []
  const { tags, wrong } = tagsIn(text)
  if (wrong.length > 0) throw new SettingsError(`"${wrong[0] ?? ''}" is no tag. ${TAG_FORM}.`)
  if (tags.length > MAX_SAID_TAGS) throw new SettingsError(`TAGS holds at most ${MAX_SAID_TAGS} tags.`)
  return tags
}
