/** The fact that a machine has some version of this product: content `falcon/291` is of the product `falcon`. */
export function productKey(name: string): string {
  return `product:${name.split('/')[0] ?? name}`
}

export function modelKey(model: string): string {
  return `model:${model}`
}
