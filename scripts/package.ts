/**
 * `npm run build:server`: what the collector is installed from.
 *
 *   --deb DIR          a Debian package, made in DIR
 *   --image-root DIR   the root folder of the container image; deploy/container/Containerfile uses it
 */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Target } from './package/bundle.ts'
import { buildDeb } from './package/deb.ts'
import { layOutImageRoot } from './package/image-root.ts'

const { values } = parseArgs({ options: { deb: { type: 'string' }, 'image-root': { type: 'string' } } })
if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64')) {
  console.error(`Build it on Linux, x64 or arm64; this is ${process.platform} ${process.arch}.`)
  process.exit(1)
}
const target: Target = { os: 'linux', cpu: process.arch }
if (values.deb === undefined && values['image-root'] === undefined) {
  console.error('Say what to build: --deb DIR, or --image-root DIR.')
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
