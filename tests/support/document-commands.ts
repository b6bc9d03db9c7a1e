import { read } from './sources.ts'

/** The commands of a document that a comment `<!-- run: NAME -->` stands before, in their order. */
export function commandsOf(document: string, name: string): string {
  const found = read(document).matchAll(/<!-- run: ([\w-]+) -->\n```sh\n([\s\S]*?)```/g)
  const blocks = [...found].filter(([, of]) => of === name).map(([, , block]) => block ?? '')
  if (blocks.length === 0) throw new Error(`${document} has no commands called ${name}`)
  return blocks.join('\n').trimEnd()
}
