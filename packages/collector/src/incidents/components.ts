import type { ComponentRef } from '@pumphandle/shared/api'
import type { FactKind } from '../detect/index.ts'

/** `kind:name@version`, or `kind:name` for products and models, taken apart. */
export function componentRef(key: string): ComponentRef {
  const colon = key.indexOf(':')
  const kind = key.slice(0, colon) as FactKind
  const at = kind === 'product' || kind === 'model' ? -1 : key.lastIndexOf('@')
  return {
    kind,
    name: at < 0 ? key.slice(colon + 1) : key.slice(colon + 1, at),
    version: at < 0 ? '' : key.slice(at + 1),
    key,
  }
}

const PRODUCTS: Readonly<Record<string, string>> = {
  falcon: 'Falcon',
  defender: 'Microsoft Defender',
  windows: 'Windows',
  sophos: 'Sophos',
  sentinelone: 'SentinelOne',
}

/** The component as a person would say it: "Falcon channel file 291 of 04:09 UTC on 19 July 2024". */
export function inWords(ref: ComponentRef): string {
  const channel = /^(\w+)\/(\d+)$/.exec(ref.name)
  const product = PRODUCTS[channel?.[1] ?? ref.name] ?? channel?.[1] ?? ref.name
  if (ref.kind === 'product') return `${product} (the product, whatever its version)`
  if (ref.kind === 'model') return `computer model ${ref.name}`
  const minute = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})Z$/.exec(ref.version)
  const version = minute ? `of ${minute[2]} UTC on ${dayInWords(minute[1] ?? '')}` : ref.version
  if (ref.kind === 'content')
    return channel ? `${product} channel file ${channel[2]} ${version}` : `${product} content ${version}`
  if (ref.kind === 'os') return `Windows build ${ref.version}`
  if (ref.kind === 'sensor') return `${product} sensor ${version}`
  if (ref.kind === 'driver') return `driver ${ref.name} ${version}`
  return `${product} ${version}`
}

function dayInWords(day: string): string {
  return new Date(`${day}T00:00Z`).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
}
