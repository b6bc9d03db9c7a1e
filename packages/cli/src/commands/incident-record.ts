import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { IncidentRow } from '@pumphandle/shared/api'
import type { Command } from 'commander'
import { streamOut } from '../output/stream.ts'
import type { Open, Session } from '../session.ts'
import { whole } from '../whole.ts'

/** Makes a sub-command of `incident` that takes an incident's number. */
export type Act = (name: string, says: string, example: string) => Command

/** Whose an incident is, what became of it, and what is kept of it. */
export function recordCommands(act: Act, open: Open): void {
  act(
    'owner',
    'say whose it is, which acknowledges it; without a name, nobody’s',
    'pumphandle incident owner 1 "Jo Bell"',
  )
    .argument('[name]', 'who takes it')
    .action(async (id: number, name: string | undefined) => {
      const session = open()
      const row = await session.client.call('owner', { path: { id }, body: { owner: name ?? null } })
      session.print(`Incident ${row.id} is ${row.status}, ${row.owner === null ? 'nobody’s' : `owner ${row.owner}`}.`)
    })
  act('reopen', 'say that it is not over', 'pumphandle incident reopen 1 --text "It came back"')
    .option('--text <text>', 'why')
    .action(async (id: number, body: { text?: string }) => {
      const session = open()
      said(session, await session.client.call('reopen', { path: { id }, body }))
    })
  act('merge', 'say that it is the same as another', 'pumphandle incident merge 2 1')
    .argument('<into>', 'the other, which goes on', whole)
    .action(async (id: number, into: number) => {
      const session = open()
      const row = await session.client.call('merge', { path: { id }, body: { into } })
      session.print(`Incident ${id} is a part of incident ${row.id} now.`)
    })
  act('report', 'the post-incident page, as Markdown', 'pumphandle incident report 1').action(async (id: number) => {
    const session = open()
    await streamOut(session, await session.client.open('incidentReportMarkdown', { path: { id } }), null)
  })
  act('evidence', 'save the evidence pack, a ZIP', 'pumphandle incident evidence 1 --file incident-1.zip')
    .option('--file <file>', 'where to')
    .action(async (id: number, options: { file?: string }) => {
      const session = open()
      const file = options.file ?? `incident-${id}.zip`
      const { body } = await session.client.open('evidencePack', { path: { id } })
      if (body) await pipeline(Readable.fromWeb(body as never), createWriteStream(file))
      session.print(`Saved ${file}.`)
    })
}

export function said(session: Session, row: IncidentRow): void {
  session.print(`Incident ${row.id} is ${row.status}.`)
}
