import { expect, test } from 'vitest'
import { code, packages, read, sources } from '../support/sources.ts'

// What docs/security/asvs.md says of the code as a whole: what is nowhere, and what is in these places alone.

const everySource = packages.flatMap(sources)
const collector = sources('collector')
const dashboard = sources('dashboard')

const holding = (files: readonly string[], pattern: RegExp): string[] =>
  files.filter((file) => pattern.test(code(file)))
const below = (pkg: string, names: readonly string[]) => names.map((name) => `packages/${pkg}/src/${name}`)

test('programs are started in these places, and none by a shell', () => {
  expect(holding([...collector, ...sources('agent')], /node:child_process/).toSorted()).toEqual([
    ...below('agent', ['live/hardware.ts', 'windows/system-channel.ts']),
    ...below('collector', ['gateway/process/pool.ts']),
  ])
  expect(holding(everySource, /\bshell:|(?<!\.)\bexec(?:Sync)?\(/)).toEqual([])
})

test('no text becomes code', () => {
  const makers = /(?<![.\w])eval\(|\bnew Function\(|node:vm'|setTimeout\(\s*['"`]/
  // the agent's own program, compiled beforehand, and a word of the engine's
  expect(holding(everySource, makers)).toEqual(below('agent', ['run/kept-code.ts', 'run/memory.ts']))
})

test('markup is made of text in two places, which clean or escape it', () => {
  const places = below('dashboard', ['design/markdown.tsx', 'pages/incident/pictures.tsx'])
  expect(holding(dashboard, /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write/)).toEqual(places)
  expect(code(places[0] ?? '')).toContain('DOMPurify.sanitize(marked.parse(')
  // drawn by our own functions, which are the only ones that open a tag
  expect(code(places[1] ?? '')).toMatch(/svg=\{draw\w+\(/)
})

test('a browser keeps the choice of colours, and nothing else; no page talks to another', () => {
  const kept = /localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open/
  expect(holding(dashboard, kept)).toEqual(below('dashboard', ['app/theme.tsx']))
  expect(code('packages/dashboard/src/app/theme.tsx').match(/Storage\.\w+/g)).toEqual([
    'Storage.getItem',
    'Storage.setItem',
  ])
  expect(holding(dashboard, /postMessage|'message'/)).toEqual([])
})

test('the page asks nobody but its own collector', () => {
  // examples in a form
  const examples = 'packages/dashboard/src/pages/settings/channel-words.ts'
  const others = dashboard.filter(
    (file) => file !== examples && file !== 'packages/dashboard/src/pages/settings/channel-form.tsx',
  )
  expect(holding(others, /['"`]https?:\/\/(?!www\.w3\.org)/)).toEqual([])
  expect(read('packages/dashboard/index.html')).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
})

test('hashes, ciphers and random numbers that secrets rest on are these', () => {
  const hashes = everySource.flatMap((file) =>
    [...code(file).matchAll(/\bcreate(?:Hash|Hmac)\(\s*([^,)]*)/g)].map(([, name]) => `${file} ${name}`),
  )
  // what V8 made at an earlier start, held quickly against what was written; the handshake of WebSocket (RFC 6455, section 4.2.2)
  expect(hashes.filter((use) => !use.endsWith("'sha256'"))).toEqual([
    "packages/agent/src/run/kept-code.ts 'blake2b512'",
    "packages/agent/src/uplink/upgrade.ts 'sha1'",
  ])
  expect(holding(everySource, /createCipher|createDecipher/)).toEqual(below('collector', ['model/sealed.ts']))
  // pauses between attempts, and the made-up fleets of the simulator
  expect(holding(everySource, /\bMath\.random\b/).filter((file) => !file.startsWith('packages/simulator/'))).toEqual([
    'packages/agent/src/commands/send-scan.ts',
    'packages/shared/src/client/live.ts',
  ])
})

test('a browser is sent elsewhere to the provider of sign-ins alone', () => {
  expect(holding(collector, /\bredirect\(|['"]Location['"],/)).toEqual(
    below('collector', ['serve/routes/organisation.ts']),
  )
  const targets = [...code('packages/collector/src/serve/routes/organisation.ts').matchAll(/redirect\(303, ([^)]*)/g)]
  expect(targets.map(([, to]) => to)).toEqual([expect.stringMatching(/^`\/\?refused=/), 'url', "'/'"])
})

test('no private key and no token of a service is in the code', () => {
  const secret = /BEGIN (RSA |EC |ENCRYPTED )?PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[0-9]{6}/
  expect(secret.test(`-----BEGIN ${'PRIVATE'} KEY-----`)).toBe(true)
  expect(everySource.filter((file) => secret.test(read(file)))).toEqual([])
})
