import { numberValue, type RegistryKey, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { fileVersionOf } from '../file-version.ts'

/** A key below HKLM\SOFTWARE in the 64-bit view, else in the 32-bit one: products differ, and some have both, one empty. */
export function softwareKeys(volume: Volume, path: string): RegistryKey[] {
  const software = volume.registry('SOFTWARE')
  return [software?.key(path), software?.key(`WOW6432Node\\${path}`)].filter((key) => key !== undefined)
}

/** A text in either view. */
export function softwareText(volume: Volume, path: string, value: string): string | undefined {
  for (const key of softwareKeys(volume, path)) {
    const text = textValue(key, value)
    if (text !== undefined) return text
  }
  return undefined
}

/** A number in either view; numbers that a product keeps as text count too. */
export function softwareNumber(volume: Volume, path: string, value: string): number | undefined {
  for (const key of softwareKeys(volume, path)) {
    const found = numberValue(key, value) ?? Number.parseInt(textValue(key, value) ?? '', 10)
    if (!Number.isNaN(found)) return found
  }
  return undefined
}

/** The file version of a program or driver inside the volume. */
export function fileVersionAt(volume: Volume, path: string): string | undefined {
  return fileVersionOf(volume, path)?.version
}

/** ISO 8601 of seconds since 1970; undefined for 0, for "never" (all bits set) and for what is no time. */
export function unixToIso(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !(seconds > 0) || seconds >= 0xffffffff) return undefined
  return new Date(seconds * 1000).toISOString()
}

/** UTC to the minute, how content is named by its time: `2024-07-19T04:09Z`. */
export function minuteOf(iso: string): string {
  return `${iso.slice(0, 16)}Z`
}

export function content(name: string, version: string | undefined, at?: string): ComponentFact[] {
  return version ? [{ kind: 'content', name, version, at: at ?? null }] : []
}
