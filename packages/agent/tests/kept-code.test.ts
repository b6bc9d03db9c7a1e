import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeptCode } from '../src/run/kept-code.ts'

const require = createRequire(import.meta.filename)
let folder: string
let program: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-code-'))
  program = join(folder, 'one.cjs')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** As a start of the program does, up to the end of its first second. */
function start(): unknown {
  const kept = new KeptCode(folder, require)
  const { answer } = kept.load(program, new Set(['./two.cjs'])) as { answer: () => unknown }
  const said = answer()
  kept.keep()
  return said
}
const code = (): Buffer => readFileSync(join(folder, 'one.code'))

describe('code that V8 made at an earlier start', () => {
  it('is taken at the next one, and not written again', () => {
    writeFileSync(program, '"use strict";exports.answer=()=>40+2')
    expect(start()).toBe(42)
    const made = code()
    writeFileSync(join(folder, 'one.code.new'), '')
    expect(start()).toBe(42)
    expect(code()).toEqual(made)
    expect(readdirSync(folder)).toContain('one.code.new')
  })

  it('is not that of another program of the same length', () => {
    writeFileSync(program, 'exports.answer=()=>40+2')
    start()
    writeFileSync(program, 'exports.answer=()=>50+2')
    expect(start()).toBe(52)
    expect(start()).toBe(52)
  })

  it.each([
    ['zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
    [
      'zeros behind its head',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 64), Buffer.alloc(bytes.length - 64)]),
    ],
    ['half of it', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['nothing', () => Buffer.alloc(0)],
  ])('is made anew where the disk gives %s', (_what, damage) => {
    writeFileSync(program, 'exports.answer=()=>40+2')
    start()
    const made = code().length
    writeFileSync(join(folder, 'one.code'), damage(code()))
    expect(start()).toBe(42)
    expect(code().length).toBeGreaterThan(made / 2)
    expect(start()).toBe(42)
  })

  it('is made of files that it asks for too, and what else it asks for is Node’s', () => {
    writeFileSync(program, "const two=require('./two.cjs');exports.answer=()=>two.name+require('node:path').sep")
    writeFileSync(join(folder, 'two.cjs'), "exports.name=require('node:path').basename(__filename)+__dirname.length")
    const { sep } = require('node:path') as typeof import('node:path')
    expect(start()).toBe(`two.cjs${folder.length}${sep}`)
    expect(readdirSync(folder).sort()).toEqual(['one.cjs', 'one.code', 'two.cjs', 'two.code'])
    expect(start()).toBe(`two.cjs${folder.length}${sep}`)
  })

  it('is done without where the folder is not there', () => {
    writeFileSync(program, 'exports.answer=()=>40+2')
    const kept = new KeptCode(join(folder, 'missing'), require)
    expect((kept.load(program) as { answer: () => number }).answer()).toBe(42)
    kept.keep()
  })
})
