import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/model/refusal.ts'
import { readPracticesFile } from '../../src/practices/read-file.ts'

/** A row as ODS writes it, with 27 columns. */
function ods(
  code: string,
  name: string,
  more: { status?: string; setting?: string; commissioner?: string } = {},
): string {
  const cells = Array.from({ length: 27 }, () => '')
  cells[0] = code
  cells[1] = name
  cells[2] = 'Y63'
  cells[3] = 'QHM'
  cells[4] = 'THE HEALTH CENTRE'
  cells[5] = 'LAWSON STREET'
  cells[9] = 'TS18 1HU'
  cells[10] = '19740401'
  cells[12] = more.status ?? 'A'
  cells[13] = 'B'
  cells[14] = more.commissioner ?? '16C'
  cells[25] = more.setting ?? '4'
  return cells.map((cell) => `"${cell}"`).join(',')
}

describe('the NHS practice file', () => {
  test('code, name, status and commissioner come from columns 1, 2, 13 and 15', async () => {
    const file = await readPracticesFile(`${ods('A81001', 'THE DENSHAM SURGERY')}\r\n`, 'commissioner')
    expect(file).toMatchObject({ format: 'ods', rows: 1, skipped: 0, errors: [] })
    expect(file.practices).toEqual([
      {
        line: 1,
        code: 'A81001',
        name: 'The Densham Surgery',
        status: 'open',
        region: { code: '16C' },
        address: 'The Health Centre, Lawson Street, TS18 1HU',
      },
    ])
  })

  test('the integrated care board of column 4 can be the region instead', async () => {
    const file = await readPracticesFile(ods('A81001', 'X'), 'icb')
    expect(file.practices[0]?.region).toEqual({ code: 'QHM' })
  })

  test('closed and dormant ones are closed; prisons, proposed ones and the like are passed over', async () => {
    const file = await readPracticesFile(
      [
        ods('A81002', 'A', { status: 'C' }),
        ods('A81003', 'B', { status: 'D' }),
        ods('A81004', 'C', { status: 'P' }),
        ods('Y00001', 'HMP', { setting: '25' }),
        ods('A81005', 'D', { setting: 'RO76' }),
      ].join('\n'),
      'commissioner',
    )
    expect(file.practices.map((p) => [p.code, p.status])).toEqual([
      ['A81002', 'closed'],
      ['A81003', 'closed'],
      ['A81005', 'open'],
    ])
    expect(file).toMatchObject({ rows: 5, skipped: 2 })
  })

  test('a wrong row is told with its line, and the others are taken', async () => {
    const rows = [
      ods('A81001', 'A'),
      ods('???', 'B'),
      ods('A81003', ''),
      ods('A81004', 'D', { status: 'X' }),
      ods('A81001', 'E'),
    ]
    const file = await readPracticesFile(rows.join('\n'), 'commissioner')
    expect(file.practices).toHaveLength(1)
    expect(file.errors.map((error) => error.row)).toEqual([2, 3, 4, 5])
    expect(file.errors[2]?.message).toBe('Line 4: A81004 has status "X" in column 13; known are A, C, D and P.')
    expect(file.errors[3]?.message).toBe('Line 5: A81001 stands in line 1 already.')
  })
})

describe('a plain CSV', () => {
  test('columns are known by their names, in any order; a byte order mark does not matter', async () => {
    const file = await readPracticesFile(
      '\uFEFFName,Code,PCN,PCN name,Region,Opening hours,Merged into\n"Park, The",a81001,U1,Stockton,North East,Mon-Fri 08:00-18:30,\nOld,A81002,,,,,A81001\n',
      'commissioner',
    )
    expect(file.errors).toEqual([])
    expect(file.practices).toMatchObject([
      {
        code: 'A81001',
        name: 'Park, The',
        status: 'open',
        pcn: { code: 'U1', name: 'Stockton' },
        region: { code: 'NORTH-EAST', name: 'North East' },
        openingHours: 'Mon-Fri 08:00-18:30',
      },
      { code: 'A81002', status: 'merged', mergedInto: 'A81001' },
    ])
  })

  test('opening hours that nobody could read are told by row', async () => {
    const file = await readPracticesFile('code,name,opening_hours\nA1,X,whenever\n', 'commissioner')
    expect(file.errors[0]?.message).toContain('"whenever" is not understood')
  })
})

test.each([['no practices here'], ['a,b\n1,2'], ['']])(
  'what is no such file is refused with words: %j',
  async (text) => {
    await expect(readPracticesFile(text, 'commissioner')).rejects.toBeInstanceOf(Refusal)
    await expect(readPracticesFile(text, 'commissioner')).rejects.toThrow('epraccur.csv')
  },
)

test('a broken quote is told as such', async () => {
  await expect(readPracticesFile('code,name\nA1,"X\n', 'commissioner')).rejects.toThrow('not valid CSV')
})

test('a CSV with semicolons or tabs, as spreadsheets of other countries save it', async () => {
  for (const text of ['sep=;\r\ncode;name\r\nA81001;Mill, North\r\n', 'code\tname\nA81001\tMill, North\n'])
    expect((await readPracticesFile(text, 'icb')).practices.map(({ code, name }) => `${code} ${name}`)).toEqual([
      'A81001 Mill, North',
    ])
})
