import { describe, expect, it } from 'vitest'
import type { Finding, Observation } from '../../src/detect/index.ts'
import { fleet, newDetector, registry, run, START } from './world.ts'

// Practices of six machines: seven make a small organisation.
const MACHINES = 42
const BAD = registry().intern('content:Falcon@291-0409')
const RELEASE = START + 1_800_000

/** The content lands on these machines, ten seconds apart. */
function arrives(machines: readonly number[]): Observation[] {
  return machines.map((machine, k) => {
    const at = RELEASE + k * 10_000
    return { type: 'component', at, machine, fact: BAD, change: 'arrived', since: at }
  })
}

/** A blue screen of each machine, told two minutes after the content came. */
function crashes(machines: readonly number[], culprit: string | null): Observation[] {
  return machines.map((machine, k) => {
    const at = RELEASE + k * 10_000 + 120_000
    const told = { kind: 'bugcheck', stopCode: 0x50, culprit, uptimeSeconds: 9000 } as const
    return { type: 'crash', at, machine, id: `c${machine}`, occurredAt: at - 60_000, ...told }
  })
}

/** A machine that is not heard any more, while others of its practice are. */
const silent = (machine: number, at: number): Observation => ({
  type: 'silent',
  at: at + 35_000,
  machine,
  lastHeard: at,
  othersAlive: true,
})

const raised = (...observations: Observation[][]) => {
  const all = [...fleet(MACHINES), ...observations.flat().toSorted((a, b) => a.at - b.at)]
  return run(all, RELEASE + 900_000).findings.filter((f: Finding) => f.type === 'raised')
}

describe('in one practice alone', () => {
  const practice = [0, 1, 2, 3, 4, 5]

  it('blue screens in the driver of the sensor whose content just came are an incident', () => {
    const [first, ...more] = raised(arrives(practice), crashes(practice, 'csagent.sys'))
    expect(first?.assessment.suspect.fact).toBe(BAD)
    expect(first?.assessment.failures).toBeLessThanOrEqual(4)
    expect(more).toEqual([])
  })

  it('two machines are not: each may be ill by itself', () => {
    expect(raised(arrives(practice), crashes([0, 1], 'csagent.sys'))).toEqual([])
  })

  it('blue screens that blame Windows itself are one from the fifth machine on', () => {
    expect(raised(arrives(practice), crashes(practice.slice(0, 4), 'ntoskrnl.exe'))).toEqual([])
    const [first, ...more] = raised(arrives(practice), crashes(practice, 'ntoskrnl.exe'))
    expect(first?.assessment.suspect.fact).toBe(BAD)
    expect(first?.assessment.practices).toBe(1)
    expect(more).toEqual([])
  })

  it('blue screens of all at the same moment are not', () => {
    const together = crashes(practice, 'ntoskrnl.exe').map((crash) => ({ ...crash, occurredAt: RELEASE + 120_000 }))
    expect(raised(arrives(practice), together as Observation[])).toEqual([])
  })

  it('a power cut minutes after new content is not', () => {
    const dark = practice.map((machine): Observation => {
      const at = RELEASE + 300_000
      return { type: 'silent', at: at + 35_000, machine, lastHeard: at, othersAlive: false }
    })
    const back = practice.map((machine): Observation => {
      const at = RELEASE + 500_000 + machine * 1000
      return { type: 'online', at, machine, boot: 2, previousEnd: 'unexpected', bootedAt: at - 60_000 }
    })
    expect(raised(arrives(practice), dark, back)).toEqual([])
  })
})

it('two machines of two practices are an incident where both blame the driver of the sensor whose content came', () => {
  const [first] = raised(arrives([0, 6]), crashes([0, 6], 'csagent.sys'))
  expect(first?.assessment.suspect.fact).toBe(BAD)
  expect(first?.assessment.ranking.length).toBeGreaterThan(0)
  expect(raised(arrives([0, 6]), crashes([0, 6], 'ntoskrnl.exe'))).toEqual([])
})

it('a machine that falls silent minutes after its start and then tells why counts by what it tells', () => {
  const starts = [0, 6].flatMap((machine): Observation[] => {
    const at = RELEASE + 60_000 + machine * 1_000
    const back = at + 100_000
    const told = { kind: 'bugcheck', stopCode: 0x50, culprit: 'csagent.sys', uptimeSeconds: 20 } as const
    return [
      { type: 'online', at, machine, boot: 2, previousEnd: 'clean', bootedAt: at - 10_000 },
      silent(machine, at + 10_000),
      { type: 'online', at: back, machine, boot: 3, previousEnd: 'bugcheck', bootedAt: back - 10_000 },
      { type: 'crash', at: back, machine, id: `c${machine}`, occurredAt: at + 20_000, ...told },
    ]
  })
  const [first, ...more] = raised(arrives([0, 6]), starts)
  expect(first?.assessment.suspect.fact).toBe(BAD)
  expect(first?.assessment.strength.failureClass).toBe('driver')
  expect(more).toEqual([])
})

it('in two practices blue screens are an incident whatever they blame', () => {
  const machines = [0, 1, 2, 3, 6, 7, 8, 9]
  const [first] = raised(arrives(machines), crashes(machines, 'ntoskrnl.exe'))
  expect(first?.assessment.suspect.fact).toBe(BAD)
})

describe('blue screens of a model that few of many machines are, whatever they blame', () => {
  const RARE = registry().intern('model:ThinkPad L14')
  const have = [0, 1, 6, 7, 12, 13].map((machine): Observation => {
    return { type: 'component', at: START, machine, fact: RARE, change: 'present', since: null }
  })
  const blamed = (machines: readonly number[]) => {
    const all = [...fleet(1200), ...have, ...crashes(machines, 'ntoskrnl.exe')]
    const { findings } = run(all, RELEASE + 900_000)
    return findings.flatMap((f) => (f.type === 'raised' ? [f.assessment.suspect.fact] : []))
  }

  it('are an incident in three practices', () => expect(blamed([0, 6, 12])).toEqual([RARE]))

  it('are none in two: what a practice bought together is old together', () => expect(blamed([0, 1, 6])).toEqual([]))
})

describe('an organisation of two practices with twenty machines each, in which machines fall silent', () => {
  const practices = Array.from({ length: 40 }, (_, machine): Observation => {
    return { type: 'machine', at: START + 1000, machine, site: 100 + Math.floor(machine / 20), region: 0 }
  })
  const withContent = (machine: number) => machine % 20 < 9
  const machines = practices.map((_, machine) => machine)
  const got = machines.filter(withContent)
  const later = (observations: Observation[]) =>
    run(
      [...fleet(40), ...practices, ...arrives(got), ...observations].toSorted((a, b) => a.at - b.at),
      RELEASE + 1_800_000,
    ).findings.filter((f: Finding) => f.type === 'raised')

  it('each soon after the content came, while their neighbours go on: it is an incident', () => {
    const [first, ...more] = later(got.map((machine, k) => silent(machine, RELEASE + k * 10_000 + 40_000)))
    expect(first?.assessment.suspect.fact).toBe(BAD)
    expect(first?.assessment.failures).toBeLessThanOrEqual(12)
    expect(more).toEqual([])
  })

  it('half of both practices at once, whatever they have: it is none', () => {
    const half = machines.filter((machine) => machine % 2 === 0)
    expect(later(half.map((machine) => silent(machine, RELEASE + 300_000)))).toEqual([])
  })

  it('the nine that have it in one practice alone, within two minutes: it is none', () => {
    const one = got.filter((machine) => machine < 20)
    expect(later(one.map((machine, k) => silent(machine, RELEASE + k * 10_000 + 40_000)))).toEqual([])
  })
})

describe('in one practice of thirty machines, content comes to twenty, one a minute', () => {
  const machines = Array.from({ length: 30 }, (_, machine) => machine)
  const got = machines.slice(0, 20)
  const practice = machines.map((machine): Observation => {
    return { type: 'machine', at: START + 1000, machine, site: 100, region: 0 }
  })
  const arrivals = got.map((machine, k): Observation => {
    const at = RELEASE + k * 60_000
    return { type: 'component', at, machine, fact: BAD, change: 'arrived', since: at }
  })
  const later = (observations: Observation[]) =>
    run(
      [...fleet(42), ...practice, ...arrivals, ...observations].toSorted((a, b) => a.at - b.at),
      RELEASE + 3_600_000,
    ).findings.filter((f: Finding) => f.type === 'raised')

  it('and each falls silent half a minute later: it is an incident', () => {
    const [first, ...more] = later(got.map((machine, k) => silent(machine, RELEASE + k * 60_000 + 30_000)))
    expect(first?.assessment.suspect.fact).toBe(BAD)
    expect(first?.assessment.failures).toBeLessThanOrEqual(10)
    expect(more).toEqual([])
  })

  it('and a switch takes just these, all at once: it is none', () => {
    expect(later(got.map((machine) => silent(machine, RELEASE + 20 * 60_000)))).toEqual([])
  })
})

describe('content after which a sensor’s service dies, in an organisation of two practices', () => {
  const machines = Array.from({ length: 12 }, (_, machine) => machine)
  const deaths = (ill: readonly number[]) =>
    run(
      [
        ...fleet(12),
        ...arrives(machines.filter((machine) => machine % 6 < 4)),
        ...ill.map((machine, k): Observation => {
          return { type: 'service-down', at: RELEASE + 120_000 + k * 10_000, machine, service: 'CSFalconService' }
        }),
      ].toSorted((a, b) => a.at - b.at),
      RELEASE + 900_000,
    ).findings.filter((f: Finding) => f.type === 'raised')

  it('on three machines of each, is named', () => {
    const [first] = deaths([0, 1, 2, 6, 7, 8])
    expect(first?.assessment.suspect.fact).toBe(BAD)
  })

  it('on four of one and one of the other, is not: somebody may be at work there', () => {
    expect(deaths([0, 1, 2, 3, 6])).toEqual([])
  })
})

describe('a patch for twelve machines each of two practices of twenty, the only ones', () => {
  const facts = registry()
  const PATCH = facts.intern('os:windows@19045.9999')
  const PATCHED = 12
  const machines = Array.from({ length: 40 }, (_, machine) => machine)
  const practices = machines.map((machine): Observation => {
    return { type: 'machine', at: START + 1000, machine, site: 100 + Math.floor(machine / 20), region: 0 }
  })
  const patched = machines.filter((machine) => machine % 20 < PATCHED)
  /** Of each practice so many stay away from the restart; the others are back in three minutes. */
  const restarts = (away: readonly [number, number]) =>
    run(
      [
        ...fleet(40),
        ...practices,
        ...patched.flatMap((machine, k): Observation[] => {
          const at = RELEASE + k * 10_000
          const isAway = machine % 20 < (away[machine < 20 ? 0 : 1] ?? 0)
          const back = { at: at + 200_000, machine, boot: 2, previousEnd: 'clean', bootedAt: at + 150_000 } as const
          return [
            { type: 'component', at, machine, fact: PATCH, change: 'arrived', since: at },
            { type: 'goodbye', at: at + 20_000, machine, reason: 'restart' },
            ...(isAway ? [] : [{ type: 'online', ...back } satisfies Observation]),
          ]
        }),
      ].toSorted((a, b) => a.at - b.at),
      RELEASE + 2 * 3_600_000,
      newDetector(facts),
    ).findings.filter((f: Finding) => f.type === 'raised')

  it('after which none of them comes back, while their neighbours go on, is named', () => {
    const [first] = restarts([PATCHED, PATCHED])
    expect(first?.assessment.suspect.fact).toBe(PATCH)
  })

  it('after which many of one practice stay away, and one of the other, is not: there it may be the place', () => {
    expect(restarts([PATCHED, 1])).toEqual([])
  })
})

describe('a patch after which no machine of a practice comes back', () => {
  const PRACTICE = 6
  /** Each says that it restarts, two minutes after the patch came; of those that are well each is back in three minutes. */
  const restarts = (machines: readonly number[], isWell: (machine: number) => boolean): Observation[] =>
    machines.flatMap((machine, k): Observation[] => {
      const at = RELEASE + k * 10_000 + 120_000
      const goodbye: Observation = { type: 'goodbye', at, machine, reason: 'restart' }
      const back = { at: at + 180_000, machine, boot: 2, previousEnd: 'clean', bootedAt: at + 120_000 } as const
      return isWell(machine) ? [goodbye, { type: 'online', ...back }] : [goodbye]
    })

  it('lists the machines of practices that are away as a whole with those of the others', () => {
    const machines = Array.from({ length: MACHINES }, (_, machine) => machine)
    // half of the machines are ill, and in the last practice all of them
    const isIll = (machine: number) => machine % 4 < 2 || machine >= MACHINES - PRACTICE
    const all = [...arrives(machines), ...restarts(machines, (machine) => !isIll(machine))]
    const { findings } = run([...fleet(MACHINES), ...all.toSorted((a, b) => a.at - b.at)], RELEASE + 3 * 3_600_000)
    const listed = findings.flatMap((f) => (f.type === 'joined' ? [f.failure.machine] : []))
    expect(new Set(listed)).toEqual(new Set(machines.filter(isIll)))
  })
})

describe('a technician’s remedy, on machines that had begun to crash', () => {
  const facts = registry()
  const REMEDY = facts.intern('sensor:Cleaner@1')
  const ill = [0, 1, 6, 7, 12, 13, 18, 19]

  /** Each falls silent, is given the remedy while it is away, and crashes on; its first crash it never tells. */
  const loops = ill.flatMap((machine, k): Observation[] => {
    const at = RELEASE + k * 10_000
    const crashedAt = (n: number) => at + 900_000 + n * 120_000
    const told = { kind: 'bugcheck', stopCode: 0x50, culprit: 'other.sys', uptimeSeconds: 60 } as const
    return [
      { type: 'silent', at: at + 35_000, machine, lastHeard: at, othersAlive: true },
      ...[3, 4, 5, 6].flatMap((n): Observation[] => [
        {
          type: 'online',
          at: crashedAt(n),
          machine,
          boot: n + 1,
          previousEnd: 'bugcheck',
          bootedAt: crashedAt(n) - 9_000,
        },
        { type: 'component', at: crashedAt(n), machine, fact: REMEDY, change: 'arrived', since: at + 1_000_000 },
        { type: 'crash', at: crashedAt(n), machine, id: `${machine}-${n}`, occurredAt: crashedAt(n) - 70_000, ...told },
        { type: 'silent', at: crashedAt(n) + 85_000, machine, lastHeard: crashedAt(n) + 50_000, othersAlive: true },
      ]),
    ]
  })

  it('is not blamed for their going on', () => {
    const all = [...fleet(MACHINES), ...loops.toSorted((a, b) => a.at - b.at)]
    const { findings } = run(all, RELEASE + 3_600_000, newDetector(facts))
    const blamed = findings.flatMap((f) =>
      f.type === 'raised' || f.type === 'reranked' ? [f.assessment.suspect.fact] : [],
    )
    expect(blamed).not.toContain(REMEDY)
  })
})

it('a machine whose practice was not heard before the content came is not taken to have failed then', () => {
  const cutAt = RELEASE - 600_000
  const back = RELEASE + 600_000
  const told = { kind: 'bugcheck', stopCode: 0x50, culprit: 'csagent.sys', uptimeSeconds: 9_000 } as const
  const dark = [0, 1, 2, 3, 4, 5].map(
    (machine): Observation => ({ ...silent(machine, cutAt), othersAlive: false }) as Observation,
  )
  const returns: Observation[] = [
    { type: 'online', at: back, machine: 0, boot: 2, previousEnd: 'bugcheck', bootedAt: back - 300_000 },
    { type: 'component', at: back, machine: 0, fact: BAD, change: 'arrived', since: RELEASE },
    { type: 'crash', at: back, machine: 0, id: 'c0', occurredAt: back - 310_000, ...told },
  ]
  const [first] = raised(dark, returns, arrives([6]), crashes([6], 'csagent.sys'))
  expect(first?.assessment.suspect.fact).toBe(BAD)
  expect(first?.assessment.failures).toBe(2)
})

it('machines that were cut off while bad content came and went join its incident, and nothing else is blamed', () => {
  const facts = registry()
  const OLD = facts.intern('content:Falcon@291-0400')
  const GOOD = facts.intern('content:Falcon@291-0500')
  const heard = Array.from({ length: 18 }, (_, machine) => machine)
  const cut = [36, 37, 38, 39, 40, 41]
  const back = RELEASE + 3_600_000
  const { findings } = run(
    [
      ...fleet(MACHINES),
      ...[...heard, ...cut].map((machine): Observation => {
        return { type: 'component', at: START + 1000, machine, fact: OLD, change: 'present', since: null }
      }),
      ...cut.map((machine): Observation => {
        const at = RELEASE - 60_000
        return { type: 'silent', at: at + 35_000, machine, lastHeard: at, othersAlive: false }
      }),
      ...arrives(heard),
      ...crashes(heard, 'csagent.sys'),
      // what they had in between they do not tell
      ...cut.flatMap((machine): Observation[] => {
        const at = back + machine * 1000
        const told = { kind: 'bugcheck', stopCode: 0x50, culprit: 'csagent.sys', uptimeSeconds: 9000 } as const
        return [
          { type: 'online', at, machine, boot: 2, previousEnd: 'bugcheck', bootedAt: at - 60_000 },
          { type: 'component', at, machine, fact: OLD, change: 'removed', since: back - 600_000 },
          { type: 'component', at, machine, fact: GOOD, change: 'arrived', since: back - 600_000 },
          { type: 'crash', at, machine, id: `c${machine}`, occurredAt: RELEASE + 300_000, ...told },
        ]
      }),
    ].toSorted((a, b) => a.at - b.at),
    back + 900_000,
    newDetector(facts),
  )
  const raisings = findings.filter((f) => f.type === 'raised')
  expect(raisings.map((f) => f.assessment.suspect.fact)).toEqual([BAD])
  const listed = findings.flatMap((f) => (f.type === 'joined' ? [f.failure.machine] : []))
  expect(new Set(listed)).toEqual(new Set([...heard, ...cut]))
})

describe('a clinical program that crashes at two practices after its update', () => {
  const [OLD, NEW] = [registry().intern('app:emis-web@9.20'), registry().intern('app:emis-web@9.21')]
  /** The machines of two practices; those of the others have another program. */
  const users = Array.from({ length: 12 }, (_, i) => i)
  const had = users.map((machine): Observation => {
    return { type: 'component', at: START + 1000, machine, fact: OLD, change: 'present', since: null }
  })
  const updated = (machines: readonly number[]) =>
    machines.flatMap((machine, k): Observation[] => {
      const at = RELEASE + k * 10_000
      return [
        { type: 'component', at, machine, fact: OLD, change: 'removed', since: at },
        { type: 'component', at, machine, fact: NEW, change: 'arrived', since: at },
      ]
    })
  const crash = (machine: number, at: number): Observation => {
    const told = { kind: 'app', stopCode: null, culprit: 'emisweb.exe', uptimeSeconds: 9000 } as const
    return { type: 'crash', at, machine, id: `a${machine}`, occurredAt: at, ...told }
  }
  const crashing = (machines: readonly number[]) =>
    machines.map((machine, k) => crash(machine, RELEASE + 200_000 + k * 40_000))

  it('is an incident of that version, with a handful known, though the practices share a server', () => {
    const [first, ...more] = raised(had, updated(users), crashing(users.slice(2, 10)))
    expect(first?.assessment.suspect.fact).toBe(NEW)
    expect(more).toEqual([])
  })

  it('is none where only one practice has it: its server may be down', () => {
    expect(raised(had, updated(users), crashing(users.slice(0, 6)))).toEqual([])
  })

  it('is none where those that have the old version crash as well', () => {
    expect(raised(had, updated(users.slice(0, 6)), crashing([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]))).toEqual([])
  })
})
