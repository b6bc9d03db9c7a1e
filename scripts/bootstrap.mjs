// Every npm script on a machine that has only Node 20 or later and npm: install what pnpm-lock.yaml says, once, then run
// the job's steps with the pinned Node first on PATH. Plain JavaScript with no imports but Node's own.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PNPM = 'pnpm@10.34.9' // plain JavaScript, runs on Node >= 18.12; pnpm 11 needs 22.13
const BUILD = ['vite', 'build', '--logLevel', 'warn', 'packages/dashboard']
const TYPES = ['tsc', '-b']
const node = (script, ...args) => ['node', script, ...args]
const bench = (name) => [node(`scripts/bench/${name}.ts`)]
// Each job of package.json's scripts: its steps, of which the last takes the arguments from the command line; a list of
// steps in a step's place: they go side by side.
const JOBS = {
  start: [BUILD, node('scripts/start.ts')],
  test: [[TYPES, BUILD], node('scripts/test.ts')],
  check: [
    TYPES,
    ['oxlint', '--type-aware', '--deny-warnings'],
    ['biome', 'check', '--linter-enabled=false', '.'],
    ['knip'],
    node('scripts/dependencies.ts'),
  ],
  format: [['biome', 'check', '--linter-enabled=false', '--write', '.']],
  build: [[TYPES, BUILD], node('packages/agent/build.ts')],
  release: [node('scripts/release.ts')],
  'build:server': [BUILD, node('scripts/package.ts')],
  'build:msi': [node('packages/agent/build.ts', '--msi')],
  agent: [node('packages/agent/src/main.ts')],
  pumphandle: [node('packages/cli/src/main.ts')],
  simulate: [node('packages/simulator/src/main.ts')],
  screenshots: [BUILD, node('scripts/screenshots.ts')],
  scoreboard: [node('scripts/scoreboard.ts')],
  'fuzz:agent': [node('packages/agent/scripts/fuzz.ts')],
  faults: [node('scripts/faults.ts')],
  hostile: [node('scripts/hostile.ts')],
  cluster: [node('scripts/cluster.ts')],
  'bench:agent': bench('agent'),
  // the machines' objects alone are some 5 GB of heap at full size
  'bench:brain': [node('--max-old-space-size=14000', 'scripts/bench/brain.ts')],
  'bench:cluster': bench('cluster'),
  'bench:detect': bench('detect'),
  'bench:limit': bench('limit'),
  'bench:memory': bench('memory'),
  'bench:query': bench('query'),
  'bench:year': bench('year'),
  'bench:ingest': bench('ingest'),
  'bench:connections': bench('connections'),
  'bench:scaling': bench('scaling'),
  'bench:takeover': bench('takeover'),
  'bench:storm': bench('storm'),
  'bench:dashboard': [BUILD, ...bench('dashboard')],
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const env = { ...process.env }

function run([cmd, ...args]) {
  return new Promise((done) => {
    const child = spawn(cmd, args, { stdio: 'inherit', env, shell: process.platform === 'win32' })
    const pass = (s) => child.kill(s)
    // Ctrl-C reaches the child by itself; here it only must not end this process first
    const wait = () => undefined
    process.on('SIGTERM', pass).on('SIGINT', wait)
    child.on('error', (e) => {
      console.error(`${cmd}: ${e.message}`)
      done(1)
    })
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', pass).off('SIGINT', wait)
      done(signal ? 1 : code)
    })
  })
}

function installKey() {
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', 'tests/package.json']
  for (const d of readdirSync('packages')) files.push(`packages/${d}/package.json`)
  const hash = createHash('sha256').update(`${PNPM} ${process.platform} ${process.arch}`)
  for (const f of files) if (existsSync(f)) hash.update(f).update(readFileSync(f))
  return hash.digest('hex')
}

const stamp = 'node_modules/.installed'
const key = installKey()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== key) {
  // prefer-offline: with no network npx would wait 72 s before it takes what it has
  env.CI = 'true' // no questions
  const rc = await run(['npx', '--yes', '--prefer-offline', PNPM, 'install', '--frozen-lockfile'])
  if (rc !== 0) process.exit(rc)
  if (process.env.CI === undefined) delete env.CI
  writeFileSync(stamp, key)
}

const bin = join(process.cwd(), 'node_modules', '.bin')
const pinned = existsSync(join(bin, 'node')) || existsSync(join(bin, 'node.cmd'))
const [major, minor] = process.versions.node.split('.').map(Number)
if (!pinned && (major < 22 || (major === 22 && minor < 18))) {
  console.error(`npm has no Node for ${process.platform}-${process.arch}: install Node 24 (this is ${process.version})`)
  process.exit(1)
}
env.PATH = [bin, env.PATH].join(delimiter)

const steps = JOBS[process.argv[2]]
if (!steps) {
  console.error(`No such job: ${process.argv[2]}. There are: ${Object.keys(JOBS).join(', ')}`)
  process.exit(2)
}
steps[steps.length - 1].push(...process.argv.slice(3))
for (const step of steps) {
  const codes = await Promise.all((Array.isArray(step[0]) ? step : [step]).map(run))
  const rc = codes.find((code) => code !== 0)
  if (rc !== undefined) process.exit(rc)
}
