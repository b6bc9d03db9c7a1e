import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Response } from 'express'
import { ZipFile } from 'yazl'
import { csvHeader, csvLines } from '../csv.ts'
import { MACHINE_COLUMNS, machineCells } from '../machines-csv.ts'
import type { Evidence } from './evidence.ts'
import { evidencePictures } from './pictures.ts'
import { reportHtml } from './report.ts'
import { historyCsv, practicesCsv, seriesCsv } from './tables.ts'

/**
 * One ZIP that tells an incident to somebody who has no access to the collector: a page for people, the same as data, and
 * a manifest with SHA-256 sums. Machines are streamed: a pack of 100,000 takes no more memory than one of ten.
 */
export async function evidencePack(evidence: Evidence, res: Response): Promise<void> {
  const { detail, series, now, by, version } = evidence
  const zip = new ZipFile()
  const mtime = new Date(now)
  zip.outputStream.pipe(res)
  const sums: Record<string, string> = {}
  const add = (name: string, text: string): void => {
    sums[name] = createHash('sha256').update(text).digest('hex')
    zip.addBuffer(Buffer.from(text), name, { mtime })
  }
  add('report.html', reportHtml(evidence))
  add('incident.json', `${JSON.stringify(detail, null, 2)}\n`)
  add('history.csv', historyCsv(detail))
  add('practices.csv', practicesCsv(detail))
  if (series) {
    add('series.csv', seriesCsv(series))
    add('series.json', `${JSON.stringify(series)}\n`)
  }
  const sum = createHash('sha256')
  for (const { file, svg } of evidencePictures(evidence)) add(file, svg)
  let machines = 0
  async function* lines(): AsyncGenerator<Buffer> {
    yield hashed(csvHeader(MACHINE_COLUMNS, true))
    for await (const rows of evidence.machines) {
      machines += rows.length
      yield hashed(csvLines(rows.map(machineCells)))
    }
    sums['machines.csv'] = sum.digest('hex')
    // only now is everything known that the manifest names
    const manifest = {
      incident: detail.incident.id,
      madeAt: mtime.toISOString(),
      madeBy: by,
      pumphandle: version,
      machines,
      sha256: sums,
    }
    zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), 'manifest.json', { mtime })
    zip.end()
  }
  function hashed(text: string): Buffer {
    const bytes = Buffer.from(text)
    sum.update(bytes)
    return bytes
  }
  const body = Readable.from(lines())
  const failed = new Promise<never>((_, reject) => {
    body.once('error', reject)
    zip.once('error', reject)
  })
  zip.addReadStream(body, 'machines.csv', { mtime })
  // a reader that goes away ends it too
  const done = new Promise<void>((resolve) => res.once('close', resolve))
  await Promise.race([done, failed])
}
