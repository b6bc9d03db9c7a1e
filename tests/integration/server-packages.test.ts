import { execFile, spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from '@pumphandle/shared/client'
import { VERSION } from '@pumphandle/shared/version'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildDeb } from '../../scripts/package/deb.ts'
import { layOutImageRoot } from '../../scripts/package/image-root.ts'
import { readContainerfile } from '../support/containerfile.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { browserFetch, PASSWORD } from '../support/signed-in.ts'
import { hasDpkg, inThrowAwaySystem, mayMount } from '../support/throw-away-system.ts'

// What the collector is installed from, built and started as a stranger would: the image's root folder in a namespace of its
// own, read-only and not as root, and the Debian package in a copy of this system that is thrown away.

const deploy = new URL('../../deploy/', import.meta.url)
const run = promisify(execFile)
const target = { os: 'linux', cpu: process.arch as 'x64' } as const
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'pumphandle-packages-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const INVITE = ['users', 'invite', 'you@icb.example', '--role', 'admin', '--data', '/var/lib/pumphandle']
const COPY = '/var/lib/pumphandle/copy.db'

describe.skipIf(!mayMount)('the container image', () => {
  const image = readContainerfile(new URL('container/Containerfile', deploy))
  let root: string
  let data: string
  let port: number

  beforeAll(async () => {
    root = join(dir, 'image')
    data = join(dir, 'image-data')
    await layOutImageRoot(root, target)
    mkdirSync(data)
    const [user, group] = image.user.split(':').map(Number)
    chownSync(data, user ?? 0, group ?? 0)
    port = await freePort()
  })

  /** The command that an engine would run, as compose.yaml starts it: its root read-only, its volume and /tmp not. */
  function inContainer(command: string[], env: Record<string, string> = {}): [string, string[]] {
    const { PATH: _, ...own } = {
      ...image.env,
      PUMPHANDLE_TRUST_PROXY: '1',
      PUMPHANDLE_PORT: String(port),
      ...env,
      PATH: '',
    }
    const script = `set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount --bind "$2" "$1${image.volumes[0]}"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
mount -t proc proc "$1/proc"
mount -o remount,bind,ro "$1"
root=$1; shift 2
exec setpriv --no-new-privs chroot --userspec=${image.user} "$root" "$@"`
    const settings = Object.entries(own).map(([name, value]) => `${name}=${value}`)
    return [
      'env',
      ['-i', `PATH=${process.env['PATH']}`, ...settings]
        .concat(['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', root, data])
        .concat(command),
    ]
  }

  test('has nobody’s rights, cannot write its own root, and holds no shell', async () => {
    expect(image.user).toBe('65532:65532')
    const say = `try { require('fs').writeFileSync('/written', '') } catch (e) { console.log(process.getuid(), e.code) }`
    const { stdout } = await run(...inContainer([image.command[0] ?? '', '-e', say]))
    expect(stdout.trim()).toBe('65532 EROFS')
    expect(readdirSync(root)).not.toContain('bin')
    expect(readdirSync(join(root, 'usr')).sort()).toEqual(['bin', 'lib', 'share'])
  })

  test('holds nothing of a repository', () => {
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => basename(path))
    expect(names).toContain('node')
    expect(names.filter((name) => /^\.(git|svn|hg)/.test(name))).toEqual([])
  })

  test('starts, is healthy by its own check, serves the page, and ends at SIGTERM', async () => {
    await expect(run(...inContainer(image.healthCheck))).rejects.toThrow('The collector does not answer')
    const child = spawn(...inContainer(image.command), { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text.toString('utf8')))
    try {
      await eventually(async () => {
        const { stdout } = await run(...inContainer(image.healthCheck))
        expect(stdout).toContain('The collector is ready.')
      })
      const page = await fetch(`http://127.0.0.1:${port}/`)
      expect(await page.text()).toContain('<!doctype html>')
      expect(readdirSync(data)).toContain('pumphandle.db')
      // the first person: a password is hashed by the native part, and held against the words that the bundle has
      const [, token = ''] = /welcome#(\S+)/.exec(said) ?? []
      const url = `http://127.0.0.1:${port}`
      const admin = createClient({ url, fetch: browserFetch(url) })
      const person = { token, name: 'Ada', email: 'ada@example.nhs.uk' }
      await expect(admin.call('redeem', { body: { ...person, password: 'password12345' } })).rejects.toThrow('leaked')
      await admin.call('redeem', { body: { ...person, password: PASSWORD } })
      // as `exec` of an engine; docs/operations/first-day.md and backup.md name these
      const invited = await run(...inContainer(['/usr/bin/pumphandle', ...INVITE]))
      expect(invited.stdout).toContain('/welcome#')
      await run(...inContainer(['/usr/bin/pumphandle', 'backup', COPY, '--data', '/var/lib/pumphandle']))
    } finally {
      // the one child of unshare is process 1 of its namespace, the collector
      const [collector] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
      process.kill(Number(collector), 'SIGTERM')
      await ended
    }
    const { stdout } = await run(
      ...inContainer([...image.entrypoint, 'restore', COPY, '--data', '/var/lib/pumphandle']),
    )
    expect(stdout).toContain('Start the collector')
  })
})

describe.skipIf(!hasDpkg)('the Debian package', () => {
  let deb: string

  beforeAll(async () => {
    mkdirSync(join(dir, 'deb-out'))
    deb = await buildDeb(join(dir, 'deb-out'), target, 'none')
  })

  test('is installed, runs as its unit says, and goes without a trace when it is purged', async () => {
    const port = await freePort()
    const said = inThrowAwaySystem(
      dir,
      { 'p.deb': deb },
      `
      # a systemd that cannot start it leaves it installed all the same
      mkdir -p /run/systemd/system
      printf '#!/bin/sh\\ncase "$1" in enable) exit 1 ;; esac\\n' >/usr/local/bin/systemctl
      chmod 755 /usr/local/bin/systemctl
      dpkg -i /opt/from/p.deb 2>&1 >/dev/null
      dpkg-query -W -f 'now \${db:Status-Status}\\n' pumphandle
      pumphandle --version
      stat -c "%U %a %n" /var/lib/pumphandle
      stat -c "%G %a %n" /etc/pumphandle/pumphandle.env
      pumphandle tokens add first --data /var/lib/pumphandle 2>&1 || true
      start=$(sed -n "s/^ExecStart=//p" /usr/lib/systemd/system/pumphandle.service)
      export PUMPHANDLE_DATA=/var/lib/pumphandle PUMPHANDLE_PORT=${port}
      cd /
      setpriv --reuid=pumphandle --regid=pumphandle --init-groups $start >/run/log 2>&1 &
      for i in $(seq 100); do pumphandle ready >/dev/null 2>&1 && break; sleep 0.3; done
      pumphandle ready
      pumphandle tokens add first --data /var/lib/pumphandle
      stat -c "%U %n" /var/lib/pumphandle/*
      kill $!; wait $! || true
      dpkg -r pumphandle >/dev/null
      ls /var/lib/pumphandle/pumphandle.db
      dpkg -P pumphandle >/dev/null
      ls -d /var/lib/pumphandle /usr/lib/pumphandle /etc/pumphandle 2>&1 || true
      getent passwd pumphandle || echo no such user
    `,
    )
    expect(said).toMatch(/did not start.*\nnow installed\n/)
    expect(said).toMatch(new RegExp(`^${VERSION}$`, 'm'))
    expect(said).toContain('pumphandle 700 /var/lib/pumphandle\n')
    expect(said).toContain('pumphandle 640 /etc/pumphandle/pumphandle.env\n')
    expect(said).toContain('There is no collector')
    expect(said).toContain('The collector is ready.')
    expect(said).toMatch(/Token +pht_/)
    expect(said).toContain('pumphandle /var/lib/pumphandle/pumphandle.db\n')
    expect(said).not.toContain('root /var/lib/pumphandle')
    expect(said).toContain('\n/var/lib/pumphandle/pumphandle.db\n')
    expect(said).not.toMatch(/^\/(usr|etc|var)\/(lib\/)?pumphandle$/m)
    expect(said).toContain('no such user')
  })
})

const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
const units = readdirSync(new URL('systemd/', deploy)).filter((name) => name.endsWith('.service'))

test.skipIf(!hasAnalyze).each(units)('systemd calls the exposure of %s at most 2.0', (unit) => {
  const file = fileURLToPath(new URL(`systemd/${unit}`, deploy))
  const { status, stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', file], {
    encoding: 'utf8',
  })
  expect(stdout.split('\n').findLast((line) => line.includes('Overall'))).toMatch(/: [012]\.\d/)
  expect(status).toBe(0)
})
