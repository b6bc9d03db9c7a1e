import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fetchPart, WINDOWS_PARTS } from '../../packages/agent/installer/windows-parts.ts'
import { bundleProgram, root } from './bundle.ts'

/**
 * Lays out the collector for Windows: the program, the agent's node.exe, which is the one that is tested, and the scripts that
 * make it a service.
 * @throws where npm cannot fetch node.exe or koffi, or fetched other bytes
 */
export async function layOutWindows(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await bundleProgram(join(folder, 'app'), { os: 'win32', cpu: 'x64' })
  copyFileSync(fetchPart(WINDOWS_PARTS.node, join(root, '.tools')), join(folder, 'node.exe'))
  copyFileSync(fetchPart(WINDOWS_PARTS.koffi, join(root, '.tools')), join(folder, 'app/koffi.node'))
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE.txt'))
  cpSync(join(root, 'docs/operations'), join(folder, 'operations'), { recursive: true })
  const scripts = join(root, 'deploy/windows/collector')
  // Windows' own programs read lines that end as theirs do
  for (const script of readdirSync(scripts))
    writeFileSync(join(folder, script), readFileSync(join(scripts, script), 'utf8').replaceAll('\n', '\r\n'))
}
