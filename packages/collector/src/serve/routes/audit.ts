import { auditJson, auditSyslog } from '../../exports/audit.ts'
import { beginDownload, fileName, writeAll } from '../../exports/download.ts'
import { auditAfter, countAudit, listAudit } from '../../store/audit.ts'
import type { Call, Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idCursor, toCursor } from '../http/cursor.ts'

type Line = Parameters<typeof auditJson>[0]

/** Who did, opened and exported what. */
export function auditRoutes({ store, clock }: ServeContext): Handlers<'audit' | 'auditNdjson' | 'auditSyslog'> {
  /** What was written after a line, oldest first. */
  async function send(
    { query, res, note }: Call<'auditNdjson'> | Call<'auditSyslog'>,
    file: { readonly media: string; readonly extension: string; readonly write: (line: Line) => string },
  ): Promise<void> {
    note('audit', `after line ${query.after}`)
    beginDownload(res, file.media, fileName('audit', clock.now(), file.extension))
    for (let { after } = query; ; ) {
      const lines = await auditAfter(store.reader, after)
      const last = lines.at(-1)
      if (!last || !(await writeAll(res, lines.map(file.write).join('')))) break
      after = last.id
    }
    res.end()
  }

  return {
    async audit({ query }) {
      const rows = await listAudit(store.reader, idCursor(query.cursor), query.limit + 1)
      const items = rows.slice(0, query.limit)
      const last = rows.length > query.limit ? items.at(-1) : undefined
      return { items, next: last ? toCursor(last.id) : null, total: await countAudit(store.reader) }
    },
    auditNdjson: (call) => send(call, { media: 'application/x-ndjson', extension: 'ndjson', write: auditJson }),
    auditSyslog: (call) =>
      send(call, { media: 'text/plain', extension: 'log', write: (line) => `${auditSyslog(line)}\n` }),
  }
}
