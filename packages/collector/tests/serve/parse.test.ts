import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { routes } from '@pumphandle/shared/api'
import express, { type Request } from 'express'
import { expect, test } from 'vitest'
import { parseBody } from '../../src/serve/http/parse.ts'

test('a request whose sender hung up while it waited is not carried out without its body', async () => {
  const app = express()
  const waits = Promise.withResolvers<Request>()
  const parsed = Promise.withResolvers<() => unknown>()
  app.post(
    '/',
    async (req, _res, next) => {
      const gone = once(req.socket, 'close')
      waits.resolve(req)
      await gone
      next()
    },
    express.json(),
    (req) => parsed.resolve(() => parseBody(routes.resolve, req)),
  )
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const body = JSON.stringify({ what: 'power', text: 'The line was cut.' })
  socket.write(
    `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await waits.promise
  socket.destroy()
  expect(await parsed.promise).toThrow('ended before its body was read')
  server.close()
})
