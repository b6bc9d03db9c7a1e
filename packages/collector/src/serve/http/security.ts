import compression from 'compression'
import type { Express } from 'express'
import helmet from 'helmet'

/** Only the collector's own files: no inline script or style, no foreign host, no frame around it. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
}

/** Headers that hold for every answer of the page and the API, and compression for those that gain by it. */
export function secure(app: Express): void {
  app.disable('x-powered-by')
  app.use(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: POLICY },
      strictTransportSecurity: false, // gateway/safe-headers.ts says it, by how the request came
      referrerPolicy: { policy: 'same-origin' },
      crossOriginEmbedderPolicy: false,
    }),
  )
  app.use((_req, res, next) => {
    // the recovery board reads the code on a machine's case
    res.setHeader('Permissions-Policy', 'camera=(self), geolocation=(), microphone=()')
    next()
  })
  app.use(
    compression({
      // an event stream must leave at once, and a ZIP holds what is compressed already
      filter: (req, res) =>
        !/event-stream|zip/.test(String(res.getHeader('content-type'))) && compression.filter(req, res),
    }),
  )
}
