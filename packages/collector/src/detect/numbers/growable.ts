type Numbers = Float32Array | Int32Array | Uint32Array | Float64Array | Uint8Array | Uint16Array

/** Beyond a million elements arrays grow by a quarter, below by doubling: spare room is memory that each machine pays. */
const LARGE = 1 << 20

/** The array itself when it has `length` elements, else a larger copy; new elements are `fill`. */
export function grown<T extends Numbers>(array: T, length: number, fill = 0): T {
  if (length <= array.length) return array
  const bigger = new (array.constructor as new (n: number) => T)(
    Math.max(length, Math.ceil(array.length * (array.length < LARGE ? 2 : 1.25)), 64),
  )
  bigger.set(array)
  if (fill !== 0) bigger.fill(fill, array.length)
  return bigger
}
