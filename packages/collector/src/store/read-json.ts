import * as z from 'zod/mini'
import { damagedRows, type RowRef } from './damaged-rows.ts'

/**
 * A column of JSON that others must not fall with: undefined where it is damaged, as after a fault of the disk or a row that
 * another program wrote, which is told to whoever counts such rows. The one way in which a column of JSON is read.
 */
export function readJson<T>(schema: z.core.$ZodType<T>, text: string, row: RowRef): T | undefined {
  const read = z.safeParse(schema, valueOf(text))
  if (read.success) return read.data
  damagedRows.publish(row)
  return undefined
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
