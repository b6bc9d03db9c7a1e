import { existsSync } from 'node:fs'
import { join } from 'node:path'
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
  app.use(
    express.static(webDir, {
      index: false,
      // a folder's address would be sent on to itself with a slash, by a word that begins as another host's may
      redirect: false,
      setHeaders(res, path) {
        res.setHeader('Cache-Control', path.includes('/assets/') ? FOR_EVER : 'no-cache')
      },
    }),
  )
  app.get(/^\/(?!api\/|agent\/|assets\/).*/, (req, res, next) => {
    if (!req.accepts('html')) return next()
    res.setHeader('Cache-Control', 'no-cache')
    res.sendFile(index)
  })
}
