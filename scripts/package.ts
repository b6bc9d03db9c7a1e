/**
 * `npm run build:server`: what the collector is installed from.
 *
 *   --deb DIR          a Debian package, made in DIR
 *   --windows DIR      the folder that runs on Windows
 *   --image-root DIR   the root folder of the container image; deploy/container/Containerfile uses it
 */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Target } from './package/bundle.ts'
import { buildDeb } from './package/deb.ts'
import { layOutImageRoot } from './package/image-root.ts'
import { layOutWindows } from './package/windows.ts'

const { values } = parseArgs({
  options: { deb: { type: 'string' }, 'image-root': { type: 'string' }, windows: { type: 'string' } },
})
if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64')) {
  console.error(`Build it on Linux, x64 or arm64; this is ${process.platform} ${process.arch}.`)
  process.exit(1)
}
const target: Target = { os: 'linux', cpu: process.arch }
if (values.deb === undefined && values['image-root'] === undefined && values.windows === undefined) {
  console.error('Say what to build: --deb DIR, --image-root DIR, or --windows DIR.')
  process.exit(2)
}
if (values.deb !== undefined) {
  mkdirSync(values.deb, { recursive: true })
  console.log(await buildDeb(resolve(values.deb), target))
}
if (values['image-root'] !== undefined) {
  await layOutImageRoot(resolve(values['image-root']), target)
  console.log(resolve(values['image-root']))
}
if (values.windows !== undefined) {
  await layOutWindows(resolve(values.windows))
  console.log(resolve(values.windows))
}
