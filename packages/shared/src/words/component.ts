import { productOf } from './products.ts'
import { programOf } from './programs.ts'
import { said } from './said.ts'

/** What is needed of a component to say it. */
export interface Named {
  readonly kind: string
  readonly name: string
  readonly version: string
}

/** Names of components that are neither a security product's nor a practice's program's. */
const OTHERS: Readonly<Record<string, string>> = { windows: 'Windows' }

const DATED = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::[\d.]+)?Z$/
const isDated = (version: string): boolean => DATED.test(version) && Number.isFinite(Date.parse(version))

/** A version as a person says it: a dated one is "of 04:09 UTC on 19 July 2024". */
export function versionWords(version: string): string {
  const [, day, time] = DATED.exec(version) ?? []
  return isDated(version) ? `of ${time} UTC on ${dayWords(day ?? '')}` : said(version)
}

/** A component's name without its version: `falcon/291` is "Falcon channel file 291"; what is not known stays as written. */
export function nameWords({ kind, name }: Omit<Named, 'version'>): string {
  const slash = name.indexOf('/')
  const part = slash < 0 ? '' : name.slice(slash + 1)
  const product = productOf(name)
  const short =
    product?.short ?? programOf(name)?.title ?? OTHERS[name] ?? said(slash < 0 ? name : name.slice(0, slash))
  if (kind !== 'content' && slash < 0) return short
  const isNumber = /^\d+$/.test(part)
  const known = product?.content.find((content) => content.part === (isNumber ? '#' : part))?.words
  const words = known ?? (isNumber ? 'channel file' : part === '' ? 'content' : said(part))
  return isNumber ? `${short} ${words} ${part}` : `${short} ${words}`
}

/**
 * A component as a person says it, the same in an incident's title, on the page and in a message:
 * `content:falcon/291@2024-07-19T04:09Z` is "Falcon channel file 291 of 04:09 UTC on 19 July 2024".
 */
export function componentWords({ kind, name, version }: Named): string {
  const words = nameWords({ kind, name })
  if (kind === 'product') return `${words} (the product, whatever its version)`
  if (kind === 'model') return `computer model ${said(name)}`
  if (kind === 'os' && name === 'windows') return `Windows build ${said(version)}`
  if (kind === 'sensor') return `${words} sensor ${versionWords(version)}`
  if (kind === 'driver') return `driver ${said(name)} ${said(version)}`
  return `${words} ${versionWords(version)}`
}

/** A version where its component is named already: `7.16.18605`, of a dated one `19 Jul 2024, 04:09 UTC`. */
export function versionShort(version: string): string {
  const [, day, time] = DATED.exec(version) ?? []
  return isDated(version) ? `${shortYear.format(dateOf(day))}, ${time} UTC` : said(version)
}

/** The same for a narrow column: `291 · 19 Jul 04:09Z`. */
export function componentShort(component: Named): string {
  const { kind, name, version } = component
  if (kind !== 'content') return `${nameWords({ kind: 'sensor', name })} ${said(version)}`
  const part = name.includes('/') ? name.slice(name.indexOf('/') + 1) : nameWords({ kind: 'sensor', name })
  const [, day, time] = DATED.exec(version) ?? []
  return `${part} · ${isDated(version) ? `${short.format(dateOf(day))} ${time}Z` : version}`
}

const UTC_DAY = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const
const short = new Intl.DateTimeFormat('en-GB', UTC_DAY)
const shortYear = new Intl.DateTimeFormat('en-GB', { ...UTC_DAY, year: 'numeric' })
const dateOf = (day = ''): Date => new Date(`${day}T00:00Z`)

function dayWords(day: string): string {
  return dateOf(day).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
}
