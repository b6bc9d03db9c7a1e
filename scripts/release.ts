/**
 * `npm run release -- v1.2.3`: everything that people install, made from a tag in a checkout of its own, with its notes and
 * its sums, in dist/release/1.2.3. Publishes nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { IMAGE_OWNED, IMAGE_USER } from './package/image-root.ts'
import { releaseNotes, versionOfTag } from './release/notes.ts'
import { statedVersion, VERSION_FILE } from './release/version.ts'

const tag = process.argv[2] ?? ''
/** No release can be made of it, and why. */
class Refused extends Error {}
process.on('uncaughtException', (error) => {
  console.error(error instanceof Refused ? error.message : error)
  process.exit(1)
})
const say = (sentence: string): never => {
  throw new Refused(sentence)
}
const version = versionOfTag(tag) ?? say('Name the tag of a version, such as v1.2.3.')
if (spawnSync('git', ['rev-parse', '--verify', '--quiet', `refs/tags/${tag}`]).status !== 0)
  say(`There is no tag ${tag}; make it with: git tag -s ${tag}`)

/** The same files give the same archive, whoever makes it. */
const SAME = ['--numeric-owner', '--sort=name', '--mtime=@0']
const scratch = mkdtempSync(join(tmpdir(), 'pumphandle-release-'))
const tree = join(scratch, 'tree')
const out = resolve('dist/release', version)
try {
  execFileSync('git', ['worktree', 'add', '--quiet', '--detach', tree, tag])
  const stated = statedVersion(tree)
  if (stated !== version)
    say(`${tag} is of version ${version}, and ${VERSION_FILE} says ${stated}. Set it there and move the tag.`)
  const notes = releaseNotes(readFileSync(join(tree, 'CHANGELOG.md'), 'utf8'), version)
  if (notes === undefined)
    say(`CHANGELOG.md of ${tag} has no "## [${version}] - YYYY-MM-DD"; write it and move the tag.`)
  const npm = (...args: string[]) => execFileSync('npm', ['run', '--silent', ...args], { cwd: tree, stdio: 'inherit' })
  const isClean = spawnSync('npm', ['run', '--silent', 'check'], { cwd: tree, stdio: 'inherit' }).status === 0
  if (!isClean) say(`npm run check fails on ${tag}, as it says above: mend that and move the tag.`)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const image = join(scratch, 'image')
  const windows = join(scratch, 'windows')
  npm('build:server', '--', '--deb', out, '--image-root', image, '--windows', windows)
  npm('build:msi')
  const msi = `pumphandle-agent-${version}.msi`
  copyFileSync(join(tree, 'packages/agent/dist', msi), join(out, msi))
  // as Containerfile's last stage adds it; the same files give the same archive
  const archive = join(scratch, 'image.tar')
  const put = (how: string, owner: number, ...files: string[]) =>
    execFileSync('tar', ['-C', image, `--owner=${owner}`, `--group=${owner}`, ...SAME, how, archive, ...files])
  put('-cf', 0, ...IMAGE_OWNED.map((folder) => `--exclude=./${folder}`), '.')
  put('-rf', IMAGE_USER, ...IMAGE_OWNED.map((folder) => `./${folder}`))
  writeFileSync(join(out, `pumphandle-image-root-${version}.tar.gz`), gzipSync(readFileSync(archive), { level: 9 }))
  // Windows' own tar unpacks it
  execFileSync('tar', [
    '-C',
    windows,
    '--owner=0',
    '--group=0',
    ...SAME,
    '-czf',
    join(out, `pumphandle-windows-${version}.tar.gz`),
    '.',
  ])
  execFileSync(process.execPath, ['scripts/dependencies.ts', '--sbom', join(out, `pumphandle-${version}.cdx.json`)], {
    cwd: tree,
  })
  writeFileSync(join(out, 'NOTES.md'), notes ?? '')
  const sums = readdirSync(out)
    .sort()
    .map((file) => `${sha256(join(out, file))}  ${file}\n`)
  writeFileSync(join(out, 'SHA256SUMS'), sums.join(''))
  console.log(
    `${out}\n${sums.join('')}Sign SHA256SUMS before you give it to anybody: gpg --detach-sign --armor SHA256SUMS`,
  )
} finally {
  spawnSync('git', ['worktree', 'remove', '--force', tree])
  rmSync(scratch, { recursive: true, force: true })
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
