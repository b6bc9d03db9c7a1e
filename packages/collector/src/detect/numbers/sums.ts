import { grown } from './growable.ts'
import { type Decay, MEMORIES, MEMORY_COUNT, type MemoryId } from './memory.ts'

/** Below this a decayed weight is rounding left over from taking failures back. */
const NOTHING = 1e-9

/**
 * Rows of decayed sums, `width` cells a row, each cell with one sum per memory. Never negative when read.
 */
export class Sums {
  readonly width: number
  #values = new Float64Array(0)

  constructor(width: number) {
    this.width = width
  }

  reserve(rows: number): void {
    this.#values = grown(this.#values, rows * this.width * MEMORY_COUNT)
  }

  /** Adds a stored value (weight × growth) to one cell and memory. */
  add(row: number, cell: number, j: MemoryId, stored: number): void {
    const i = (row * this.width + cell) * MEMORY_COUNT + j
    this.#values[i] = (this.#values[i] ?? 0) + stored
  }

  /** Adds a weight now to all memories of a cell. */
  addNow(row: number, cell: number, weight: number, decay: Decay): void {
    const i = (row * this.width + cell) * MEMORY_COUNT
    for (let j = 0 as MemoryId; j < MEMORY_COUNT; j++)
      this.#values[i + j] = (this.#values[i + j] ?? 0) + weight * decay.growth(j)
  }

  /** The decayed sum as of the decay's now. */
  read(row: number, cell: number, j: MemoryId, decay: Decay): number {
    const value = (this.#values[(row * this.width + cell) * MEMORY_COUNT + j] ?? 0) / decay.growth(j)
    return value > NOTHING ? value : 0
  }

  /** Multiplies every sum by its memory's factor, when a landmark moved. */
  rescale(factors: readonly number[]): void {
    const values = this.#values
    for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * (factors[i % MEMORIES.length] ?? 1)
  }

  clear(row: number): void {
    const cells = this.width * MEMORY_COUNT
    this.#values.fill(0, row * cells, (row + 1) * cells)
  }

  save(): Float64Array {
    return this.#values.slice()
  }

  load(values: Float64Array): void {
    this.#values = values.slice()
  }

  get bytes(): number {
    return this.#values.byteLength
  }
}
