import { existsSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import express, { type Express } from 'express'

/** A year: their names change with their contents. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * The dashboard: hashed files are kept by browsers for ever, the page itself is asked for each time, and an address inside
 * the application (`/incidents/12`) answers with the page.
 */
export function mountWeb(app: Express, webDir: string | undefined): void {
  const index = webDir === undefined ? undefined : join(webDir, 'index.html')
  if (webDir === undefined || index === undefined || !existsSync(index)) {
    app.get(/^\/(?!api\/|agent\/).*/, (_req, res) => {
      res.status(503).type('text').send('The dashboard is not built yet: run `npm run build`, then start again.\n')
    })
    return
  }
  const packed = packedOf(webDir)
  app.use((req, _res, next) => {
    const path = `${req.path}.gz`
    if (packed.has(path) && req.acceptsEncodings('gzip')) req.url = path
    next()
  })
  app.use(
    express.static(webDir, {
      index: false,
      // a folder's address would be sent on to itself with a slash, by a word that begins as another host's may
      redirect: false,
      setHeaders(res, path) {
        const isAsset = path.includes('/assets/')
        res.setHeader('Cache-Control', isAsset ? FOR_EVER : 'no-cache')
        if (!isAsset || !path.endsWith('.gz')) return
        res.setHeader('Content-Encoding', 'gzip')
        res.type(extname(path.slice(0, -'.gz'.length)))
      },
    }),
  )
  app.get(/^\/(?!api\/|agent\/|assets\/).*/, (req, res, next) => {
    if (!req.accepts('html')) return next()
    res.setHeader('Cache-Control', 'no-cache')
    res.sendFile(index)
  })
}

/** Addresses of the files that the build has packed beforehand, `/assets/index-1f.js.gz`. */
function packedOf(webDir: string): ReadonlySet<string> {
  const assets = join(webDir, 'assets')
  const files = existsSync(assets) ? readdirSync(assets) : []
  return new Set(files.filter((file) => file.endsWith('.gz')).map((file) => `/assets/${file}`))
}
