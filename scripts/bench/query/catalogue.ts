// The components of the bench's fleet: sensors with a dozen versions each, contents with many, drivers that most have.
export interface Family {
  kind: 'sensor' | 'content' | 'driver' | 'os' | 'firmware' | 'app'
  name: string
  versions: string[]
  /** share of machines that have it, in one of its versions */
  share: number
}

const numbered = (count: number, version: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => version(i))

export const FAMILIES: Family[] = [
  { kind: 'sensor', name: 'falcon', share: 0.4, versions: numbered(12, (i) => `7.${5 + i}.${17500 + 100 * i}`) },
  { kind: 'sensor', name: 'sentinelone', share: 0.2, versions: numbered(12, (i) => `23.${i}.2.${200 + i}`) },
  { kind: 'sensor', name: 'sophos', share: 0.2, versions: numbered(12, (i) => `2024.${i}.0.58`) },
  {
    kind: 'content',
    name: 'falcon/291',
    share: 0.4,
    versions: numbered(60, (i) => `2024-07-${10 + Math.floor(i / 6)}T0${i % 6}:09Z`),
  },
  { kind: 'content', name: 'defender', share: 0.9, versions: numbered(120, (i) => `1.415.${i}.0`) },
  {
    kind: 'os',
    name: 'windows',
    share: 1,
    versions: numbered(30, (i) => `${i < 15 ? 19045 : 22631}.${3800 + 50 * i}`),
  },
  ...numbered(8, (i) => `driver${i}.sys`).map((name): Family => {
    return { kind: 'driver', name, share: 0.4, versions: numbered(20, (i) => `10.${i}.0.1`) }
  }),
  { kind: 'firmware', name: 'dell', share: 0.5, versions: numbered(20, (i) => `1.${i}.0`) },
  { kind: 'app', name: 'emis web', share: 0.6, versions: numbered(10, (i) => `9.${i}.8`) },
]
