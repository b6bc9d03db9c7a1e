import express, { type Router } from 'express'
import { DOCS_CSS, docsPage } from './docs-page.ts'

/** The API's description, for programs and as a page. Made when it is first asked for: it takes half as long as a start. */
export function description(version: string): Router {
  let made: Promise<{ document: object; page: string }> | undefined
  const make = async () => {
    const { openApiDocument } = await import('@pumphandle/shared/openapi')
    const document = openApiDocument(version)
    return { document, page: docsPage(document, version) }
  }
  const both = () => (made ??= make())
  const router = express.Router()
  router.get('/openapi.json', async (_req, res) => void res.json((await both()).document))
  router.get('/docs', async (_req, res) => void res.type('html').send((await both()).page))
  router.get('/docs.css', (_req, res) => void res.type('css').send(DOCS_CSS))
  return router
}
