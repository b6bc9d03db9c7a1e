import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundleProgram, root, type Target } from './bundle.ts'
import { layOutDocuments } from './documents.ts'

const debian = join(root, 'deploy/debian')
const VERSION = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' } as const

/**
 * Makes the Debian package, for Debian 12 and Ubuntu 22.04 or later.
 * @param compress `none` where it is thrown away again: xz takes a minute of one core
 * @returns its path
 * @throws where dpkg-deb is missing
 */
export async function buildDeb(folder: string, { os, cpu }: Target, compress: 'xz' | 'none' = 'xz'): Promise<string> {
  if (spawnSync('dpkg-deb', ['--version'], { stdio: 'ignore' }).error)
    throw new Error('dpkg-deb is missing: build the package on Debian or Ubuntu.')
  const stage = join(folder, 'deb')
  rmSync(stage, { recursive: true, force: true })
  const put = (from: string, to: string, mode = 0o644): void => {
    mkdirSync(dirname(join(stage, to)), { recursive: true })
    copyFileSync(from, join(stage, to))
    chmodSync(join(stage, to), mode)
  }
  await bundleProgram(join(stage, 'usr/lib/pumphandle/app'), { os, cpu })
  put(process.execPath, 'usr/lib/pumphandle/node', 0o755)
  put(join(debian, 'pumphandle.sh'), 'usr/bin/pumphandle', 0o755)
  put(join(debian, 'pumphandle.env'), 'etc/pumphandle/pumphandle.env', 0o640)
  for (const unit of readdirSync(join(root, 'deploy/systemd')))
    put(join(root, 'deploy/systemd', unit), `usr/lib/systemd/system/${unit}`)
  const doc = join(stage, 'usr/share/doc/pumphandle')
  put(join(stage, 'usr/lib/pumphandle/app/LICENSES.txt'), 'usr/share/doc/pumphandle/copyright')
  layOutDocuments(doc)
  for (const script of ['postinst', 'prerm', 'postrm']) put(join(debian, script), `DEBIAN/${script}`, 0o755)
  const control = readFileSync(join(debian, 'control'), 'utf8')
    .replace('{version}', debianVersion(VERSION))
    .replace('{architecture}', ARCHITECTURES[cpu])
    .replace('{size}', String(Math.ceil(bytesOf(stage) / 1024)))
  writeFileSync(join(stage, 'DEBIAN/control'), control)
  writeFileSync(join(stage, 'DEBIAN/conffiles'), '/etc/pumphandle/pumphandle.env\n')
  const deb = join(folder, `pumphandle_${debianVersion(VERSION)}_${ARCHITECTURES[cpu]}.deb`)
  const how = compress === 'xz' ? ['-Zxz', '-z6'] : ['-Znone']
  execFileSync('dpkg-deb', ['--root-owner-group', ...how, '--build', stage, deb], { stdio: 'ignore' })
  rmSync(stage, { recursive: true })
  return deb
}

/** 1.0.0-rc.1 comes before 1.0.0: Debian writes it with a tilde. */
function debianVersion(version: string): string {
  return version.replace('-', '~')
}

function bytesOf(folder: string): number {
  return Number(execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t')[0])
}
