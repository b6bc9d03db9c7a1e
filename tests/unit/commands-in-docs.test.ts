import { readdirSync } from 'node:fs'
import { describeProgram } from '@pumphandle/cli'
import { describe, expect, test } from 'vitest'
import { read, root } from '../support/sources.ts'

// A command that a document names is there, with the options that it names; those of docs/operations are run by a test too.

const documents = readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
  // the wire's document quotes what is signed
  .filter((file) => file.endsWith('.md') && file !== 'protocol.md')
  .map((file) => `docs/${file.replaceAll('\\', '/')}`)
const operations = documents.filter((file) => file.startsWith('docs/operations/'))
const program = describeProgram({} as Parameters<typeof describeProgram>[0], { code: 0 })
type Command = typeof program

/** Every command line of a document that begins with the program's name, in a sentence or a block. */
function commandLines(document: string): string[] {
  const text = read(document)
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'))
  const quoted = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, words = '']) => words)
  return [...blocks, ...quoted].flatMap((line) => {
    const [, words] = /(?:^|\$\(|until )pumphandle ([^;|#)]*)/.exec(line.trim()) ?? []
    return words === undefined ? [] : [words.trim()]
  })
}

/** What of a command line the program does not know; undefined where it knows all of it. */
function unknownOf(line: string): string | undefined {
  let command: Command = program
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word.startsWith('-')) {
      const [name = ''] = word.split('=')
      const option = [...command.options, ...program.options].find(({ long, short }) => long === name || short === name)
      if (!option && name !== '--help') return name
      if (option?.required && !word.includes('=')) at++
      continue
    }
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word))
    if (next) command = next
    // its options are the collector's own, which ./docs.test.ts looks for
    if (next?.name() === 'serve') return undefined
    if (next) continue
    if (command === program || command.registeredArguments.length === 0) return word
  }
  return undefined
}

test('there are commands in the documents', () => {
  expect(documents.flatMap(commandLines).length).toBeGreaterThan(30)
})

test.each(documents.flatMap((file) => [...new Set(commandLines(file))].map((line): [string, string] => [file, line])))(
  '%s: pumphandle %s',
  (_file, line) => expect(unknownOf(line)).toBeUndefined(),
)

describe('the blocks of docs/operations', () => {
  /** What somebody else's program does, or needs more computers than a test has: tests/cluster runs those roles by the same program. */
  const NOT_RUN = ['certbot certonly', '--role edge']
  const tests = read('tests/integration/operations.test.ts')

  test.each(operations)('of %s are run by a test', (file) => {
    const blocks = [...read(file).matchAll(/(?:<!-- run: ([\w-]+) -->\n)?```sh\n([\s\S]*?)```/g)]
    const unrun = blocks.filter(
      ([, name, block = '']) =>
        !(name !== undefined && tests.includes(`commandsOf('${file}', '${name}')`)) &&
        !NOT_RUN.some((words) => block.includes(words)),
    )
    expect(unrun.map(([, , block]) => block)).toEqual([])
  })
})

test('every command stands in its document', () => {
  const words = [...read('docs/cli.md').matchAll(/`([^`\n]+)`|^pumphandle (\w+)/gm)].flatMap(
    ([, code = '', name = '']) => [name, ...code.split(/[^\w-]+/)],
  )
  const names = program.commands.map((command) => command.name())
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => name !== 'help' && !words.includes(name))).toEqual([])
})
