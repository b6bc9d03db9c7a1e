import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secure } from '../../src/serve/http/security.ts'
import { mountWeb } from '../../src/serve/web.ts'

const SCRIPT = `console.log('${'a page '.repeat(1000)}')`
const PACKED = gzipSync(SCRIPT)
const dir = mkdtempSync(join(tmpdir(), 'pumphandle-web-'))
let server: Server

beforeAll(async () => {
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Pumphandle</title>')
  writeFileSync(join(dir, 'assets', 'index-1f.js'), SCRIPT)
  writeFileSync(join(dir, 'assets', 'index-1f.js.gz'), PACKED)
  const app = express()
  secure(app)
  mountWeb(app, dir)
  await new Promise<void>((listening) => {
    server = app.listen(0, '127.0.0.1', () => listening())
  })
})
afterAll(() => {
  server.close()
  rmSync(dir, { recursive: true, force: true })
})

function get(path: string, accepted: string): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo
  const headers = { 'accept-encoding': accepted, accept: '*/*' }
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, resolve).once('error', reject).end()
  })
}

test('what was packed beforehand goes out as it is, and nothing is packed while somebody waits', async () => {
  const answer = await get('/assets/index-1f.js', 'gzip, br')
  expect(answer.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-length': String(PACKED.length),
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  })
  const body = await buffer(answer)
  expect(body).toEqual(PACKED)
  expect(gunzipSync(body).toString()).toBe(SCRIPT)
})

test('who cannot unpack it gets it as it was', async () => {
  const answer = await get('/assets/index-1f.js', 'identity')
  expect(answer.headers['content-encoding']).toBeUndefined()
  expect((await buffer(answer)).toString()).toBe(SCRIPT)
})
