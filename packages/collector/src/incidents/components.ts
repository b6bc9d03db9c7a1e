import type { ComponentRef } from '@pumphandle/shared/api'
import type { FactKind } from '@pumphandle/shared/words'

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
