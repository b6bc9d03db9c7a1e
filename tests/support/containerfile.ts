import { readFileSync } from 'node:fs'

/** What an image's last stage says of how it is started. */
export interface ImageConfig {
  readonly user: string
  readonly env: Record<string, string>
  /** What `run` puts before other arguments. */
  readonly entrypoint: string[]
  readonly command: string[]
  readonly healthCheck: string[]
  readonly volumes: string[]
}

/** Reads the recipe itself, so that what is tested without an engine is what an engine would build. */
export function readContainerfile(file: URL): ImageConfig {
  const lines = readFileSync(file, 'utf8')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))
  const of = (word: string): string[] =>
    last.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
  const array = (text: string | undefined): string[] => JSON.parse(text?.slice(text.indexOf('[')) ?? '[]') as string[]
  return {
    user: of('USER')[0] ?? '0:0',
    env: Object.fromEntries(of('ENV').flatMap((line) => [...line.matchAll(/(\w+)=(\S+)/g)].map(([, k, v]) => [k, v]))),
    entrypoint: array(of('ENTRYPOINT')[0]),
    command: [...array(of('ENTRYPOINT')[0]), ...array(of('CMD')[0])],
    healthCheck: array(of('HEALTHCHECK')[0]),
    volumes: of('VOLUME'),
  }
}
