/** What is wrong, and what follows and is to be done: what is read from three metres is the first alone. */
export function parted(title: string): [what: string, rest: string] {
  const [, what = title, rest = ''] = /^(.+?)[.;]\s+(.+)$/s.exec(title) ?? []
  return [what.replace(/\.$/, ''), rest.charAt(0).toUpperCase() + rest.slice(1)]
}
