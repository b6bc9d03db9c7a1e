import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whether this process may mount: root may, and root of a container without rights may not. */
export const mayMount = process.platform === 'linux' && spawnSync('unshare', ['--mount', 'true']).status === 0
/** Whether Debian packages can be made and installed here. */
export const hasDpkg = mayMount && spawnSync('dpkg-deb', ['--version']).status === 0

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Runs shell lines as root in a copy of this system that is thrown away; `files` lie in /opt/from there. Nothing of this
 * system changes: what is written goes into a layer above it.
 *
 * @param dir a folder on a disk, for the layer
 * @returns what they print
 * @throws where a line fails
 */
export function inThrowAwaySystem(dir: string, files: Readonly<Record<string, string>>, lines: string): string {
  const scratch = mkdtempSync(join(dir, 'copy-'))
  const script = join(scratch, 'lines.sh')
  writeFileSync(script, `set -e\n${lines}\n`)
  const copies = Object.entries({ ...files, 'lines.sh': script }).map(
    ([name, from]) => `cp '${from}' "$root/opt/from/${name}"`,
  )
  const outside = `set -e
mount --make-rprivate /
mkdir ${scratch}/u ${scratch}/w ${scratch}/m
mount -t overlay overlay -o lowerdir=/,upperdir=${scratch}/u,workdir=${scratch}/w ${scratch}/m
root=${scratch}/m
mount -t proc proc $root/proc
mount -t tmpfs tmpfs $root/run
mount -t tmpfs tmpfs $root/tmp
rm -rf $root/etc/pumphandle $root/var/lib/pumphandle
mkdir -p $root/opt/from
${copies.join('\n')}
exec chroot $root sh /opt/from/lines.sh`
  try {
    return execFileSync('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', outside], {
      encoding: 'utf8',
      env: { PATH, HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' },
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
