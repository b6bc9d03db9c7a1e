import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundleProgram, root, type Target } from './bundle.ts'

/** Who runs in the container: nobody's number, as distroless images use it. */
export const IMAGE_USER = 65_532
/** Folders that this user owns, so that a volume that is put there is theirs; all else is root's. */
export const IMAGE_OWNED = ['var/lib/pumphandle', 'var/backups/pumphandle']
/** The C library looks names up by DNS through it, and says nowhere that it needs it. */
const LOADED_LATER = ['libresolv.so.2']

/**
 * Lays out the whole root folder of the container image: the program, its Node, the shared libraries that it and the native parts name, and
 * the files of names and users. No shell, no package manager.
 */
export async function layOutImageRoot(folder: string, target: Target): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  const program = join(folder, 'usr/lib/pumphandle')
  await bundleProgram(join(program, 'app'), target)
  const node = join(program, 'node')
  copyFileSync(process.execPath, node)
  // the command line, for `podman exec`: the kernel starts it without a shell
  mkdirSync(join(folder, 'usr/bin'))
  const command = "#!/usr/lib/pumphandle/node\nimport('/usr/lib/pumphandle/app/pumphandle.js')\n"
  writeFileSync(join(folder, 'usr/bin/pumphandle'), command)
  chmodSync(join(folder, 'usr/bin/pumphandle'), 0o755)
  const natives = readdirSync(program, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.node'))
  const loading = [node, ...natives.map((file) => join(program, file))]
  for (const library of new Set(loading.flatMap(librariesOf))) copyTo(folder, library)
  for (const empty of ['tmp', 'etc', 'proc', 'dev', ...IMAGE_OWNED]) mkdirSync(join(folder, empty), { recursive: true })
  chmodSync(join(folder, 'tmp'), 0o1777)
  const user = `pumphandle:x:${IMAGE_USER}:${IMAGE_USER}:Pumphandle:/var/lib/pumphandle:/sbin/nologin\n`
  writeFileSync(join(folder, 'etc/passwd'), `root:x:0:0:root:/:/sbin/nologin\n${user}`)
  writeFileSync(join(folder, 'etc/group'), `root:x:0:\npumphandle:x:${IMAGE_USER}:\n`)
  writeFileSync(join(folder, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n')
  copyTo(folder, join(root, 'LICENSE'), 'usr/share/doc/pumphandle/LICENSE')
}

/** Shared libraries of a program by the dynamic linker's own word, the linker among them. */
function librariesOf(program: string): string[] {
  const said = execFileSync('ldd', [program], { encoding: 'utf8' })
  const found = [...said.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? '')
  const libc = found.find((path) => path.includes('/libc.so'))
  return libc === undefined ? found : [...found, ...LOADED_LATER.map((name) => join(dirname(libc), name))]
}

function copyTo(folder: string, file: string, path = file): void {
  const to = join(folder, path)
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, readFileSync(file), { mode: 0o755 })
}
