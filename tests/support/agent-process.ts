import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { memoryDump } from './memory-dump.ts'

const MAIN = fileURLToPath(new URL('../../packages/agent/src/main.ts', import.meta.url))

/** Whether certificates can be made here. */
export const hasOpenssl: boolean = spawnSync('openssl', ['version'], { stdio: 'ignore' }).error === undefined

/** A Windows volume of files, and a data folder for an agent that watches it. */
export interface AgentWorld {
  folder: string
  volume: string
  data: string
  /** Starts the agent from source; more arguments follow `run`. */
  start(...args: string[]): ChildProcess
  /** The same with more in its environment. */
  startWith(env: Record<string, string>, ...args: string[]): ChildProcess
  /** Puts a channel file where CrowdStrike's sensor keeps them. */
  dropChannelFile(channel: number): void
  remove(): void
}

/** @param crashedAt time of the crash whose dump lies on the volume, milliseconds since 1970 */
export function makeAgentWorld(crashedAt = Date.now() - 60_000): AgentWorld {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-agent-'))
  const volume = join(folder, 'volume')
  const data = join(folder, 'data')
  const sensor = join(volume, 'Windows/System32/drivers/CrowdStrike')
  mkdirSync(sensor, { recursive: true })
  writeFileSync(join(volume, 'Windows/MEMORY.DMP'), memoryDump(crashedAt))
  const children: ChildProcess[] = []
  return {
    folder,
    volume,
    data,
    start: (...args) => start({}, args),
    startWith: (env, ...args) => start(env, args),
    dropChannelFile(channel) {
      const name = `C-${String(channel).padStart(8, '0')}-00000000-00000001.sys`
      writeFileSync(join(sensor, name), Buffer.alloc(1000, 0xaa))
    },
    remove() {
      for (const child of children) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }

  function start(env: Record<string, string>, args: readonly string[]): ChildProcess {
    const all = [MAIN, 'run', '--volume', volume, '--data', data, ...args]
    const child = spawn(process.execPath, all, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    })
    children.push(child)
    return child
  }
}

const KINDS = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
  rsa: ['-newkey', 'rsa:2048'],
}

/** A self-signed certificate for localhost, by the openssl program. */
export function makeCertificate(
  folder: string,
  { days = 30, kind = 'ec' }: { days?: number; kind?: keyof typeof KINDS } = {},
): { key: string; cert: string; sha256: string } {
  const key = join(folder, 'key.pem')
  const cert = join(folder, 'cert.pem')
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const files = ['-keyout', key, '-out', cert, '-days', String(days)]
  execFileSync('openssl', ['req', '-x509', ...KINDS[kind], '-nodes', ...files, ...names], { stdio: 'ignore' })
  const pem = readFileSync(cert, 'utf8')
  const sha256 = createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')
  return { key: readFileSync(key, 'utf8'), cert: pem, sha256 }
}

/** An authority and what it signed for this computer: the leaf's key, both certificates, and the authority's SHA-256. */
export function makeSignedCertificate(folder: string): { key: string; leaf: string; root: string; sha256: string } {
  const root = makeCertificate(folder)
  const files = (name: string): string => join(folder, name)
  const asked = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const signed = ['-CA', files('cert.pem'), '-CAkey', files('key.pem'), '-CAcreateserial', '-copy_extensions', 'copy']
  const run = (...args: string[]): Buffer => execFileSync('openssl', args, { stdio: 'ignore' })
  run('req', '-new', ...KINDS.ec, '-nodes', '-keyout', files('leaf.key'), '-out', files('leaf.csr'), ...asked)
  run('x509', '-req', '-in', files('leaf.csr'), '-out', files('leaf.pem'), '-days', '30', ...signed)
  const [key = '', leaf = ''] = ['leaf.key', 'leaf.pem'].map((name) => readFileSync(files(name), 'utf8'))
  return { key, leaf, root: root.cert, sha256: root.sha256 }
}

/** Resolves with exit code and what was written to stderr. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; error: string }> {
  let error = ''
  child.stderr?.on('data', (bytes: Buffer) => (error += bytes.toString('utf8')))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, error }
}
