import { type Route, type RouteName, routes } from '@pumphandle/shared/api'
import { html } from '../exports/evidence/html.ts'

/** The API as a page that is read: every route with its role, parameters and schemas. Made from the OpenAPI description. */
export function docsPage(document: { components?: { schemas?: Record<string, unknown> } }, version: string): string {
  const list = Object.entries(routes) as [RouteName, Route][]
  const page = html`<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pumphandle API</title><link rel="stylesheet" href="docs.css"></head><body>
<h1>Pumphandle API ${version}</h1>
<p>Every address begins with <code>/api/v1</code>. Send an API token as <code>Authorization: Bearer pht_...</code>. Errors are
problem documents (RFC 9457). Lists have <code>limit</code> and <code>cursor</code>: the next page's cursor is <code>next</code>,
null at the end. Writes take an <code>Idempotency-Key</code>. The same for programs: <a href="openapi.json">openapi.json</a>.</p>
<nav><ul>${list.map(([name, route]) => html`<li><a href="#${name}">${route.method} ${route.path}</a> ${route.summary}</li>`)}</ul></nav>
${list.map(
  ([name, route]) => html`<section id="${name}"><h2><code>${route.method} ${route.path}</code></h2>
<p>${route.summary}. ${route.access === 'public' ? 'Open to anyone.' : `Needs the role ${route.access}.`}</p>
${Object.keys(route.query?.shape ?? {}).length > 0 ? html`<p>Query: ${Object.keys(route.query?.shape ?? {}).join(', ')}</p>` : html``}
<p>${route.body ? 'Takes and answers JSON.' : `Answers ${route.media ?? 'application/json'}.`}</p></section>`,
)}
<h2>Schemas</h2>${Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      html`<details id="schema-${name}"><summary>${name}</summary><pre>${JSON.stringify(schema, null, 2)}</pre></details>`,
  )}</body></html>
`
  return page.text
}

export const DOCS_CSS = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{font-size:1.1rem;margin-top:2rem}pre{overflow:auto;font-size:.85rem}nav ul{columns:2;list-style:none;padding:0}
@media(max-width:40rem){nav ul{columns:1}}`
