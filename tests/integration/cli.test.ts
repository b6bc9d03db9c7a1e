import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describeProgram, runCli } from '@pumphandle/cli'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import type { IncidentRow } from '@pumphandle/shared/api'
import type { Client } from '@pumphandle/shared/client'
import { HOUR } from '@pumphandle/shared/time'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { Program } from '../support/processes.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'pumphandle-cli-'))
const data = join(folder, 'data')
let collector: Collector
let admin: Client
let token: string
let wire: WireClient
/** Where the collector's channel ends. */
let hook: Server

class Captured extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

/** Runs one command as a shell would, in this process. */
async function run(
  argv: readonly string[],
  options: { token?: string | undefined; url?: string; width?: number } = { token },
) {
  const out = new Captured()
  const err = new Captured()
  const settings = { url: options.url ?? collector.url, token: options.token, env: {}, width: options.width ?? 120 }
  const code = await runCli(argv, { settings, out, err })
  return { code, out: out.text, err: err.text }
}

beforeAll(async () => {
  const env = { PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: data, PUMPHANDLE_LOG_LEVEL: 'error' }
  collector = await startCollector(readConfig(env))
  admin = await firstAdmin(collector)
  token = (await admin.call('tokenAdd', { body: { name: 'cli', scope: 'admin' } })).secret
  await admin.call('practicesImport', {
    text: 'code,name,region_code,region_name\nA81001,The Densham Surgery,QHM,North\n',
  })
  const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 'e', site: 'A81001' } })
  const identity = await enrol(collector.url, secret, { computerName: 'DEMO-PC-0001' })
  wire = await WireClient.connect(collector.url, identity, { computerName: 'DEMO-PC-0001' })
  const now = Date.now()
  await wire.deliver(1, [
    {
      id: 'inventory',
      at: now,
      type: 'inventory',
      complete: ['sensor'],
      components: [{ kind: 'sensor', name: 'falcon', version: '7.16.18605' }],
    },
    {
      id: 'crash',
      at: now,
      type: 'crash',
      kind: 'bugcheck',
      stopCode: '0x50',
      culprit: { driver: 'csagent.sys', reason: 'r', confidence: 'high' },
    },
  ])
  // lists follow events within a second
  let listed = 0
  while (listed < 1) listed = (await admin.call('machines', { query: { q: 'stop:0x50' } })).total
  const machine = {
    machine: collector.context.fleet.byUid(identity.machine)?.id ?? 0,
    failedAt: now,
    reason: 'a test says so',
  }
  collector.context.detection.incidents.open({
    kind: 'clinical-system',
    subject: 'EMIS Web',
    title: 'EMIS Web is unreachable',
    sentence: 'EMIS Web cannot be reached.',
    at: now,
    machines: [machine],
  })
  hook = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await once(hook, 'listening')
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`
  await admin.call('channelAdd', { body: { name: 'Desk', kind: 'webhook', url } })
  writeFileSync(join(folder, 'epraccur.csv'), 'code,name\nA81002,Queens Park\n')
  writeFileSync(
    join(folder, 'computers.csv'),
    'Name,LastLogonDate,Description\nDEMO-PC-0001,,A81001\nBACK-OFFICE,,A81001\n',
  )
})

afterAll(async () => {
  await wire?.close()
  await collector?.close()
  hook?.closeAllConnections()
  hook?.close()
  rmSync(folder, { recursive: true, force: true })
})

type Command = ReturnType<typeof describeProgram>

describe('asking', () => {
  test('a table for people', async () => {
    const { code, out } = await run(['machines', 'sensor:falcon@7.16.*'])
    expect(code).toBe(0)
    expect(out).toMatch(/DEMO-PC-0001\s+A81001\s+\S+\s+falcon@7\.16\.18605/)
  })

  test('the same machines as CSV, NDJSON, JSON and a count', async () => {
    const csv = await run(['machines', '-o', 'csv', '--bom'])
    expect(csv.out.startsWith('\ufeff')).toBe(true)
    expect(csv.out.trim().split('\n')).toHaveLength(2)
    expect(JSON.parse((await run(['machines', '-o', 'ndjson'])).out)).toMatchObject({ name: 'DEMO-PC-0001' })
    expect(JSON.parse((await run(['machines', '-o', 'json'])).out)).toHaveLength(1)
    expect((await run(['machines', 'stop:0x50', '--count'])).out.trim()).toBe('1')
  })

  test('a machine by its name', async () => {
    const { out } = await run(['machine', 'demo-pc-0001'])
    expect(out).toContain('The Densham Surgery (A81001)')
    expect(out).toContain('0x50')
    expect(out).toContain('csagent.sys')
  })
})

describe('a verdict', () => {
  const version = 'sensor:falcon@7.16.18605'
  test('that is not known yet ends with 2, and waits no longer than it is told', async () => {
    await eventually(async () => expect((await run(['verdict', version])).out).toContain('1 crash'))
    const { code, out } = await run(['verdict', version, '--at-most', '1/1000h', '--wait', '1s'])
    expect(code).toBe(2)
    expect(out).toMatch(/Answer\s+not known yet\. /)
    expect(out).toMatch(/Known\s+On 1 machine for \d+ machine-hours?: 1 crash/)
  })
  test('ends with 1 where an incident blames the version', async () => {
    const { versions } = collector.context.detection
    const cause = { kind: 'sensor', name: 'falcon', version: '7.16.18605', key: version } as const
    const incident = { id: 77, status: 'open', confidence: 'certain', cause } as unknown as IncidentRow
    // counted within ten seconds of its arrival
    await eventually(() => expect(versions.ledger.get(version)).toBeDefined())
    versions.blame(incident, Date.now())
    const { code, out } = await run(['verdict', version, '-o', 'json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ answer: 'bad', verdict: { word: 'bad', incident: 77 } })
    expect((await run(['verdict'])).out).toMatch(/^ bad\s+sensor:falcon@7\.16\.18605/m)
  })
  test('what nobody has is no verdict', async () => {
    expect((await run(['verdict', 'sensor:falcon@9'])).code).toBe(4)
    expect((await run(['verdict', version, '--at-most', 'often'])).code).toBe(2)
    expect((await run(['verdict', version], { token: 'pht_wrong' })).code).toBe(3)
  })
})

describe('a narrow terminal', () => {
  test('leaves out what can be spared and breaks sentences; a pipe gets everything', async () => {
    const narrow = (await run(['machines'], { token, width: 70 })).out
    expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(70)
    expect(narrow).toContain('DEMO-PC-0001')
    expect(narrow).not.toContain(' ID')
    const practices = (await run(['practices', 'list'], { token, width: 80 })).out
    expect(Math.max(...practices.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    const piped = (await run(['machines'], { token, width: Number.POSITIVE_INFINITY })).out
    expect(piped).toMatch(/CULPRIT.* ID$/m)
  })
})

test('a query that is wrong says where and what is possible, once', async () => {
  const { err } = await run(['machines', 'state:dark sate:x'])
  expect(err).toBe('there is no field sate: did you mean state:? (at character 12 of the query)\n')
})

describe('exit codes', () => {
  test.each([
    ['a query that does not parse', ['machines', 'state:'], 2],
    ['an option that does not exist', ['machines', '--nonsense'], 2],
    ['a limit where every row is given', ['machines', '--limit', '2', '-o', 'csv'], 2],
    ['what is no address', ['--url', 'collector', 'machines'], 2],
    ['a machine that does not exist', ['machine', 'NO-SUCH-PC'], 4],
    ['an incident that does not exist', ['incident', 'show', '999'], 4],
  ] as const)('%s', async (_, argv, code) => {
    const answer = await run(argv)
    expect(answer.code).toBe(code)
    expect(answer.err).not.toBe('')
  })

  test('a collector that cannot be reached', async () => {
    expect((await run(['machines'], { token, url: 'http://127.0.0.1:9' })).code).toBe(3)
    expect((await run(['doctor'], { token, url: 'http://127.0.0.1:9' })).code).toBe(3)
  })

  test('no token, or a wrong one', async () => {
    expect((await run(['machines'], { token: undefined })).code).toBe(2)
    const wrong = await run(['machines'], { token: 'pht_wrong' })
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('does not know this token')
  })
})

test('the first token is made on the collector itself, and works', async () => {
  const made = await run(['tokens', 'add', 'first', '--scope', 'admin', '--data', data, '-o', 'json'], {
    token: undefined,
  })
  const { secret } = JSON.parse(made.out) as { secret: string }
  expect((await run(['doctor'], { token: secret })).code).toBe(0)
})

test('a token for machines is made, listed and ended', async () => {
  const made = await run(['enrolment', 'add', 'first machines', '--site', 'A81001', '--uses', '20', '-o', 'json'])
  const { id, secret } = JSON.parse(made.out) as { id: number; secret: string }
  expect((await enrol(collector.url, secret)).machine).toBeTruthy()
  expect((await run(['enrolment'])).out).toMatch(/first machines +A81001 +1 of 20/)
  expect((await run(['enrolment', 'revoke', String(id)])).code).toBe(0)
  await expect(enrol(collector.url, secret)).rejects.toThrow('401')
})

test('a replay reads the database of a running collector and raises nothing of a quiet hour', async () => {
  const quiet = await run(['replay', '--data', data, '--budget', '2'], { token: undefined })
  expect(quiet.code).toBe(0)
  expect(quiet.out).toMatch(/^None\.\n\d+ observations, learned from /)
  const before = await run(['replay', '--data', data, '--from', '2020-01-01', '--to', '2020-01-02'], {
    token: undefined,
  })
  expect(before.code).toBe(4)
})

test('an import says what would change, then changes it', async () => {
  const file = join(folder, 'epraccur.csv')
  expect(JSON.parse((await run(['practices', 'import', file, '--dry-run', '-o', 'json'])).out)).toMatchObject({
    dryRun: true,
    added: 1,
  })
  expect(JSON.parse((await run(['practices', 'import', file, '-o', 'json'])).out)).toMatchObject({
    dryRun: false,
    added: 1,
  })
  expect((await run(['practices', 'list', 'Queens'])).out).toContain('A81002')
})

describe('what the page can do', () => {
  const json = async (...argv: string[]) => {
    const { code, out, err } = await run([...argv, '-o', 'json'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return JSON.parse(out)
  }

  test('coverage: a list is looked at, taken over, and tells who has no agent', async () => {
    const file = join(folder, 'computers.csv')
    const from = ['--source', 'active-directory']
    expect(await json('coverage', 'import', file, ...from, '--dry-run')).toMatchObject({ dryRun: true, machines: 2 })
    expect((await json('coverage')).listed).toBe(0)
    expect(await json('coverage', 'import', file, ...from)).toMatchObject({ dryRun: false, machines: 2, errors: [] })
    // read again within a moment
    await eventually(async () => expect(await json('coverage')).toMatchObject({ listed: 2, watched: 1 }))
    expect(await json('coverage', 'machines')).toMatchObject([{ name: 'BACK-OFFICE', sources: ['active-directory'] }])
    expect(await json('coverage', 'machines', 'nothing-so-called')).toEqual([])
    expect((await run(['coverage', 'machines', '-o', 'csv'])).out).toMatch(/BACK-OFFICE/)
    expect((await run(['coverage'])).out).toMatch(/Watched +1, 50\.0 %[^]*Without an agent +1/)
    expect((await run(['coverage', 'import', file])).code).toBe(2)
  })

  test('a question is saved, listed with its answer, and forgotten', async () => {
    const { id } = await json('questions', 'add', 'Crashed here', 'stop:0x50', '--pin')
    expect(await json('questions')).toContainEqual(
      expect.objectContaining({ id, name: 'Crashed here', machines: 1, pinned: true, told: false }),
    )
    expect((await run(['questions', 'remove', String(id)])).code).toBe(0)
    expect((await json('questions')).map((one: { id: number }) => one.id)).not.toContain(id)
  })

  test('planned work comes again, and is called off', async () => {
    const plan = ['--query', 'tag:floor:3', '--from', '2099-12-08T20:00Z', '--hours', '3', '--repeats', 'monthly']
    const { id, from, until } = await json('maintenance', 'add', 'Patch Tuesday', ...plan)
    expect([new Date(from).toISOString(), until - from]).toEqual(['2099-12-08T20:00:00.000Z', 3 * HOUR])
    expect((await run(['maintenance'])).out).toMatch(
      /Patch Tuesday +2099-12-08T20:00:00Z +2099-12-08T23:00:00Z +monthly/,
    )
    expect((await run(['maintenance', 'remove', String(id)])).out).toBe(`Window ${id} is removed.\n`)
  })

  test('a channel is added with a secret that stands in a file, told to hold a version, and removed', async () => {
    const secret = join(folder, 'secret')
    writeFileSync(secret, 'one that is long enough to sign with\n')
    const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hold`
    const { id, hasSecret } = await json('channels', 'add', 'Rings', 'webhook', url, '--secret-file', secret)
    expect(hasSecret).toBe(true)
    expect(await json('hold', 'sensor:falcon@7.16.18605', '--reason', 'Blue screens')).toEqual([
      { channel: 'Rings', error: null },
    ])
    expect((await run(['channels', 'remove', String(id)])).code).toBe(0)
    expect((await run(['hold', 'sensor:falcon@7.16.18605'])).code).toBe(1)
  })

  test('how a roll-out is stopped by hand, and the sheet of a practice, are what the pages say', async () => {
    const recipe = (await run(['recipe', 'sensor:falcon@7.16.18605'])).out
    expect(recipe).toMatch(
      /^Hold Falcon sensor 7\.16\.18605\n\nCrowdStrike Falcon: sensor update policies\n {2}1\. Host setup/,
    )
    const [{ id }] = await json('incidents')
    const { byPractice } = await json('incident', 'show', String(id))
    const { code, name } = byPractice[0].practice
    const sheet = (await run(['sheet', code, '--incident', String(id)])).out
    expect(sheet.startsWith(`# ${name}\n`)).toBe(true)
    expect(sheet).toMatch(/^## \d+ machines? to see to$/m)
    expect(sheet).toMatch(/^\| \S.* \| ☐ \| ☐ \| .* \| http\S+\/machines\/\S+ \|$/m)
    expect((await run(['sheet', 'X99999'])).code).not.toBe(0)
  })

  test('an incident is owned, its machine marked, closed as what it was, and told of on a page', async () => {
    const [{ id }] = await json('incidents')
    expect((await run(['incident', 'owner', String(id), 'Jo Bell'])).out).toBe(
      `Incident ${id} is acknowledged, owner Jo Bell.\n`,
    )
    expect((await run(['incident', 'mark', String(id), 'demo-pc-0001', 'attended'])).out).toBe(
      'DEMO-PC-0001 is marked attended.\n',
    )
    expect(await json('incident', 'recovery', String(id))).toMatchObject([{ name: 'DEMO-PC-0001', mark: 'attended' }])
    expect((await run(['incident', 'resolve', String(id), '--was', 'clinical-system'])).code).toBe(0)
    expect((await run(['incident', 'report', String(id)])).out).toMatch(/^# EMIS Web[^]*It was the clinical system/)
    // whoever had it has it still
    expect((await run(['incident', 'reopen', String(id)])).out).toBe(`Incident ${id} is acknowledged.\n`)
  })
})

test.each([
  [['--', 'inc'], /^incidents\t/m],
  [['bash'], /declare -F _get_comp_words_by_ref[^]*bash completion for pumphandle/],
  [['powershell'], /Register-ArgumentCompleter/],
] as const)('completion of %j', async (args, printed) => {
  const program = new Program('packages/cli/src/main.ts', ['complete', ...args])
  expect(await program.prints(printed)).not.toBeNull()
})

/** Every `pumphandle ...` line of the help of every command, and of the documents. */
function examples(): string[] {
  const found = new Set<string>()
  const visit = (command: Command): void => {
    const text = new Captured()
    command.configureOutput({ writeOut: (line) => void text.write(line) })
    command.outputHelp()
    for (const line of exampleLines(text.text)) found.add(line)
    for (const child of command.commands) visit(child)
  }
  const nowhere = { settings: { url: '', token: '', env: {}, width: 120 }, out: new Captured(), err: new Captured() }
  visit(describeProgram(nowhere, { code: 0 }))
  for (const file of ['docs/cli.md', 'docs/query.md', 'docs/api.md', 'README.md'])
    for (const line of exampleLines(readFileSync(root + file, 'utf8'))) found.add(line)
  return [...found]
}

function exampleLines(text: string): string[] {
  return (
    [...text.matchAll(/^\s*(?:\$ )?pumphandle (.+)$/gm)]
      .map((match) => match[1] ?? '')
      // what needs a data folder or a collector of its own has tests of its own
      .filter(
        (line) =>
          !/^(serve|ready|simulate|complete|replay|hold|(incident|questions|maintenance|channels) (feedback|merge|reopen|remove)|backup|restore|recover)\b/.test(
            line,
          ),
      )
  )
}

/** As a shell splits: spaces, quotes, and a redirection that is left out. */
function split(line: string): string[] {
  const [command = ''] = line.split(/ (?:[>|#]|&&) /)
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '')
}

/** What examples name, and what there is of it here. */
const HERE: Readonly<Record<string, string>> = {
  './data': data,
  'sensor:falcon@7.17': 'sensor:falcon@7.16.18605',
  '4h': '1s',
}

describe('every example of the help and the documents runs', () => {
  test.each(examples())('pumphandle %s', async (line) => {
    const here = split(line).map((word) =>
      word.endsWith('.csv') || word.endsWith('.zip') ? join(folder, word) : (HERE[word] ?? word),
    )
    const { code, err } = await run(here)
    expect(err.replace(/\d+ of \d+ machines.*\n/, '')).toBe('')
    // a verdict's code is its answer
    expect(code).toBeLessThanOrEqual(line.startsWith('verdict') ? 2 : 0)
  })
})
