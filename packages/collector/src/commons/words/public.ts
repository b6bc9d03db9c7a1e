import { productOf, productOfDriver, programOf } from '@pumphandle/shared/words'
import { componentRef } from '../../incidents/components.ts'
import { isPublicDriver } from './public-drivers.ts'

/** Versions as vendors write them; what looks like a sentence or a path may name somebody. */
const VERSION = /^[\w.:+-]{1,64}$/

/**
 * Whether a component is the same for everybody who bought it, so that its name says nothing of who has it: sensors and
 * contents of the products that Pumphandle knows, builds of Windows, programs of the known list, and drivers of those
 * products and of makers of common hardware. Anything else, such as a driver or a program of one house, stays in it.
 * @param key `kind:name@version`
 */
export function isPublic(key: string): boolean {
  const { kind, name, version } = componentRef(key)
  if (!VERSION.test(version)) return false
  switch (kind) {
    case 'sensor':
      return !name.includes('/') && productOf(name) !== undefined
    case 'content':
      return isKnownContent(name)
    case 'os':
      return name === 'windows'
    case 'app':
      return programOf(name) !== undefined
    case 'driver':
      return productOfDriver(name) !== undefined || isPublicDriver(name)
    default:
      return false
  }
}

function isKnownContent(name: string): boolean {
  const [id = '', ...rest] = name.split('/')
  const part = rest.join('/')
  const product = productOf(id)
  return product?.content.some((one) => one.part === part || (one.part === '#' && /^\d{1,6}$/.test(part))) ?? false
}
