import type { Output } from '../session.ts'

const WIDTH = 30

/** A bar on a terminal, and nothing anywhere else. */
export function progressBar(out: Output, what: string): { show(share: number): void; end(): void } {
  const show = (share: number) => {
    const done = Math.round(share * WIDTH)
    out.write(`\r${what} [${'#'.repeat(done)}${' '.repeat(WIDTH - done)}] ${Math.round(share * 100)}%`)
  }
  if (out.isTTY !== true) return { show: () => undefined, end: () => undefined }
  return { show, end: () => void out.write('\n') }
}
