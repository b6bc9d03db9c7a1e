/**
 * A column of JSON that others must not fall with: undefined where it is damaged, as after a fault of the disk or a row
 * that another program wrote. What it holds is for the caller to check.
 */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
