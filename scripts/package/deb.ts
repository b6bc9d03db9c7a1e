import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { VERSION } from '../../packages/shared/src/version.ts'
import { bundleProgram, root, type Target } from './bundle.ts'
import { layOutDocuments } from './documents.ts'

const debian = join(root, 'deploy/debian')
const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm']
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' } as const

/**
 * Makes the Debian package, for Debian 12 and Ubuntu 22.04 or later.
 * @param compress `none` where it is thrown away again: xz takes a minute of one core
 * @param version what it is called, for tests
 * @returns its path
 * @throws where dpkg-deb is missing
 */
export async function buildDeb(
  folder: string,
  { os, cpu }: Target,
  compress: 'xz' | 'none' = 'xz',
  version = VERSION,
): Promise<string> {
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
  put(join(debian, 'pumphandle.env'), 'usr/share/pumphandle/pumphandle.env')
  for (const unit of readdirSync(join(root, 'deploy/systemd')))
    put(join(root, 'deploy/systemd', unit), `usr/lib/systemd/system/${unit}`)
  const doc = join(stage, 'usr/share/doc/pumphandle')
  put(join(stage, 'usr/lib/pumphandle/app/LICENSES.txt'), 'usr/share/doc/pumphandle/copyright')
  layOutDocuments(doc)
  const size = String(Math.ceil(bytesOf(stage) / 1024))
  mkdirSync(join(stage, 'DEBIAN'))
  for (const file of ['control', ...SCRIPTS]) {
    const text = readFileSync(join(debian, file), 'utf8')
      .replaceAll('{version}', debianVersion(version))
      .replace('{architecture}', ARCHITECTURES[cpu])
      .replace('{size}', size)
    writeFileSync(join(stage, 'DEBIAN', file), text)
    chmodSync(join(stage, 'DEBIAN', file), file === 'control' ? 0o644 : 0o755)
  }
  const deb = join(folder, `pumphandle_${debianVersion(version)}_${ARCHITECTURES[cpu]}.deb`)
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
