import { productOfDriver, programOfProcess } from '@pumphandle/shared/words'

/** The fact that a machine has some version of this product: content `falcon/291` is of the product `falcon`. */
export function productKey(name: string): string {
  return `product:${name.split('/')[0] ?? name}`
}

export function modelKey(model: string): string {
  return `model:${model}`
}

/** The product or program that a driver's or a program's file belongs to. */
export function ownerOfFile(file: string): string | undefined {
  return productOfDriver(file)?.id ?? programOfProcess(file)?.id
}
