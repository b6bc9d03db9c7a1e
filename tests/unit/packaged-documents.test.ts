import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { layOutDocuments } from '../../scripts/package/documents.ts'

test('every link of the documents in the Debian package leads to something in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-documents-'))
  try {
    layOutDocuments(folder)
    const documents = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'))
    expect(documents).toEqual(expect.arrayContaining(['operations/first-day.md', 'security/sign-in.md', 'SECURITY.md']))
    const nowhere = documents.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
        .map(([, to = '']) => to)
        .filter((to) => !existsSync(join(folder, dirname(file), to)))
        .map((to) => `${file}: ${to}`),
    )
    expect(nowhere).toEqual([])
    expect(readFileSync(join(folder, 'operations/upgrade.md'), 'utf8')).toContain('[CHANGELOG.md](../changelog.gz)')
    expect(readFileSync(join(folder, 'operations/first-day.md'), 'utf8')).toContain('(../examples/proxy/README.md)')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
