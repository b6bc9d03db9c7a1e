import type { ComponentRef } from '@pumphandle/shared/api'
import { utcTime } from './time.tsx'

const PRODUCTS: Record<string, string> = {
  falcon: 'Falcon',
  defender: 'Defender',
  sophos: 'Sophos',
  eset: 'ESET',
  kaspersky: 'Kaspersky',
  trellix: 'Trellix',
  mcafee: 'McAfee',
  symantec: 'Symantec',
  bitdefender: 'Bitdefender',
  malwarebytes: 'Malwarebytes',
  webroot: 'Webroot',
  cylance: 'Cylance',
  'cortex-xdr': 'Cortex XDR',
  'carbon-black': 'Carbon Black',
  'apex-one': 'Apex One',
  windows: 'Windows',
  sentinelone: 'SentinelOne',
  'emis-web': 'EMIS Web',
  systmone: 'SystmOne',
  vision: 'Vision',
}
const product = (name: string) => PRODUCTS[name] ?? name

const CHANNEL = /^([\w-]+)\/(\d+)$/
const DATED = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/

const isDated = (version: string) => DATED.test(version) && Number.isFinite(Date.parse(version))

/** A version as a person says it: a dated one is "of 2024-07-19 04:09 UTC". */
export const versionWords = (version: string): string =>
  isDated(version) ? `of ${utcTime(Date.parse(version)).slice(0, 16)} UTC` : version

/** A component as a person says it: `content:falcon/291@2024-07-19T04:09Z` is "Falcon channel file 291 of 19 Jul 04:09 UTC". */
export function componentWords({ kind, name, version }: Pick<ComponentRef, 'kind' | 'name' | 'version'>): string {
  const channel = CHANNEL.exec(name)
  const words = product(channel?.[1] ?? name)
  const dated = isDated(version)
  const of = versionWords(version)
  if (channel) return `${words} channel file ${channel[2]} ${of}`
  if (kind === 'content') return dated ? `${words} content ${of}` : `${words} signatures ${version}`
  if (kind === 'product') return `${words}, any version`
  if (kind === 'model') return name
  return `${words} ${of}`
}

/** The same for a narrow column: `291 · 07-19 04:09Z`. */
export function componentShort(component: Pick<ComponentRef, 'kind' | 'name' | 'version'>): string {
  const channel = CHANNEL.exec(component.name)
  if (!channel && component.kind !== 'content') return componentWords(component)
  const dated = DATED.test(component.version)
  const version = dated ? component.version.slice(5).replace('T', ' ') : component.version
  return `${channel?.[2] ?? product(component.name)} · ${version}`
}

/** A component's name without its version: `falcon/291` is "Falcon channel file 291"; what is not known stays as written. */
export function productWords(name: string): string {
  const channel = CHANNEL.exec(name)
  return channel ? `${product(channel[1] ?? '')} channel file ${channel[2]}` : product(name)
}
