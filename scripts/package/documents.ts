import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './bundle.ts'

/** Examples, as folders and files of deploy. */
const EXAMPLES = [
  'proxy',
  'prometheus',
  'grafana',
  'windows/install-agent.cmd',
  'windows/make-transform.ps1',
  'compose.yaml',
]
const BESIDE = ['SECURITY.md', 'CONTRIBUTING.md']
/** Where what lies outside docs is in the package. */
const MOVED: readonly (readonly [from: RegExp, to: string])[] = [
  [/^deploy\//, 'examples/'],
  [/^CHANGELOG\.md$/, 'changelog.gz'],
  [/^docs\//, ''],
]

/**
 * Lays out the documents in a package's folder, examples and changelog with them, so that every link leads somewhere there;
 * one to the source, which the package does not have, becomes its text.
 */
export function layOutDocuments(folder: string): void {
  mkdirSync(folder, { recursive: true })
  cpSync(join(root, 'docs'), folder, {
    recursive: true,
    filter: (from) => !from.startsWith(join(root, 'docs/screenshots')),
  })
  for (const file of BESIDE) copyFileSync(join(root, file), join(folder, file))
  for (const part of EXAMPLES) cpSync(join(root, 'deploy', part), join(folder, 'examples', part), { recursive: true })
  writeFileSync(join(folder, 'changelog.gz'), gzipSync(readFileSync(join(root, 'CHANGELOG.md')), { level: 9 }))
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.md'))) {
    const path = join(folder, file)
    writeFileSync(path, linksMoved(readFileSync(path, 'utf8'), file.replaceAll('\\', '/')))
  }
}

/** @param file where the document is in the package */
function linksMoved(text: string, file: string): string {
  const of = file.startsWith('examples/')
    ? file.replace('examples/', 'deploy/')
    : BESIDE.includes(file)
      ? file
      : `docs/${file}`
  return text.replaceAll(
    /\[([^\]]*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)/g,
    (_link, words: string, to: string, place = '') => {
      const from = posix.join(posix.dirname(of), to)
      const [pattern, there = ''] = MOVED.find(([one]) => one.test(from)) ?? []
      const now = pattern ? from.replace(pattern, there) : BESIDE.includes(from) ? from : undefined
      return now === undefined ? words : `[${words}](${posix.relative(posix.dirname(file), now)}${place})`
    },
  )
}
