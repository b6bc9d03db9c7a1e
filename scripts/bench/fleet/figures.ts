import { readdirSync, readFileSync } from 'node:fs'

export const round = (n: number): number => Number(n.toPrecision(4))

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
}

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Memory and time of a process and those that it started, as the kernel counts them. */
export function usageOf(pid: number): { rssMb: number; cpuMs: number } {
  let rssMb = 0
  let cpuMs = 0
  for (const one of family(pid)) {
    try {
      rssMb += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1] ?? 0) / 1024
      const fields = readFileSync(`/proc/${one}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
      // utime and stime, and those of children that have ended, in hundredths of a second
      cpuMs += fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0) * 10
    } catch {
      // it has just ended
    }
  }
  return { rssMb, cpuMs }
}

function family(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const parent = Number(/^.*\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])
      parents.set(Number(name), parent)
    } catch {
      // it has just ended
    }
  }
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found
}
