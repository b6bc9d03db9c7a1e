import { describe, expect, test } from 'vitest'
import { type ComputerMarks, computerMarks } from '../src/volume/fingerprint.ts'
import { Volume } from '../src/volume/volume.ts'
import { keyAt, mergeKeys, writeHive } from './support/write-hive.ts'
import { writeVolume } from './support/write-volume.ts'

const GUID = '6f9a5f0c-2f64-4ad4-a6a5-0d6f1a2b3c4d'

function marks(guid: string, board?: string): ComputerMarks {
  const config = board === undefined ? [] : [keyAt('HardwareConfig', { values: { LastConfig: board } })]
  const volume = new Volume(
    writeVolume({
      'Windows/System32/config/SOFTWARE': writeHive(
        keyAt('Microsoft\\Cryptography', { values: { MachineGuid: guid } }),
      ),
      'Windows/System32/config/SYSTEM': writeHive(mergeKeys(keyAt('Select', { values: { Current: 1 } }), ...config)),
    }),
  )
  const made = computerMarks(volume.registry('SOFTWARE'), volume.registry('SYSTEM'))
  volume.close()
  return made
}

describe('which computer this is', () => {
  const board = '{4c4c4544-0051-3610-8052-b4c04f4e3732}'

  test('is the same after a reinstallation of the agent, however it is written', () => {
    expect(marks(GUID, board).fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(marks(GUID.toUpperCase(), board.toUpperCase())).toEqual(marks(GUID, board))
  })

  test('differs by the board between two computers of one image', () => {
    const other = marks(GUID, '{4c4c4544-0051-3610-8052-b4c04f4e3733}')
    expect(other.fingerprint).toBe(marks(GUID, board).fingerprint)
    expect(other.hardware).not.toBe(marks(GUID, board).hardware)
  })

  test('leaves out a board whose maker numbered none', () => {
    for (const none of [
      '{03000200-0400-0500-0006-000700080009}',
      '{00020003-0004-0005-0006-000700080009}',
      '{ffffffff-ffff-ffff-ffff-ffffffffffff}',
      '{fefefefe-fefe-fefe-fefe-fefefefefefe}',
      '{4C4C4544-0000-2010-8020-80C04F202020}',
      'x',
    ])
      expect(marks(GUID, none)).toEqual({ fingerprint: marks(GUID).fingerprint })
  })
})
