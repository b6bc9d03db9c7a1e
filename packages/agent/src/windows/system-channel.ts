import { join } from 'node:path'
import type { EventRecord } from '../formats/evtx/event.ts'
import { readEventXml } from './event-xml.ts'
import type { Koffi } from './koffi.ts'

/** The System log as the event log service has it, seconds before its file does. */
export interface SystemChannel {
  /** Records behind this one, oldest first, at most 500 of the newest. @throws (rejects) where Windows does not answer */
  newerThan(recordId: number): Promise<EventRecord[]>
}

/** The service answers in a tenth of a second; one that hangs at start-up must not hold the agent up. */
const TIMEOUT_MS = 5000
/** Records behind the file are those of some seconds. */
const MAX_RECORDS = 500
/** An event has 1 to 3 kB as UTF-16. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

/**
 * Asks Windows' own program. Undefined under Wine, whose event log is an empty stub.
 *
 * @param systemRoot such as `C:\Windows`
 */
export function openSystemChannel(koffi: Koffi, systemRoot: string): SystemChannel | undefined {
  if (isWine(koffi)) return undefined
  const program = join(systemRoot, 'System32', 'wevtutil.exe')
  return { newerThan: async (recordId) => readAnswer(await run(program, queryOf(recordId)), recordId) }
}

/** `/rd:true` begins with the newest, `/uni:true` writes UTF-16 whatever the machine's code page. */
function queryOf(recordId: number): string[] {
  const newer = `/q:*[System[(EventRecordID>${recordId})]]`
  return ['qe', 'System', newer, '/f:xml', '/rd:true', `/c:${MAX_RECORDS}`, '/uni:true']
}

/** What wevtutil wrote, oldest first. */
export function readAnswer(bytes: Buffer, newerThan: number): EventRecord[] {
  const isWide = bytes.length > 1 && (bytes[1] === 0 || bytes.readUInt16LE(0) === 0xfeff)
  const events = readEventXml(bytes.toString(isWide ? 'utf16le' : 'utf8'))
  return events.filter(({ recordId }) => recordId > newerThan).sort((a, b) => a.recordId - b.recordId)
}

async function run(program: string, args: string[]): Promise<Buffer> {
  // loaded here: this file is part of what the first second loads
  const { execFile } = await import('node:child_process')
  const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_ANSWER_BYTES, windowsHide: true, encoding: 'buffer' } as const
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, output) => (error ? reject(error) : resolve(output)))
  })
}

/** Wine says so itself, to whom asks for it. */
function isWine(koffi: Koffi): boolean {
  try {
    koffi.load('ntdll.dll').func('const char *wine_get_version()')
    return true
  } catch {
    return false
  }
}
