import * as z from 'zod'
import { MachineState, Time } from './common.ts'
import { PracticeVerdict } from './fleet.ts'

/** Whoever has the link of a practice's page has nothing else: it names that practice alone. */
export const HereBody = z.object({ token: z.string().max(200) })

/** What a person sees on a machine that does not work. All but `other` say that Windows does not run. */
export const SCREENS = ['blue-screen', 'restarts', 'recovery', 'other'] as const
export const Screen = z.enum(SCREENS).meta({ id: 'Screen' })
export type Screen = z.infer<typeof Screen>

/** What somebody at a practice said of one of its machines. */
export const PracticeReport = z
  .object({
    at: Time,
    /** The machine's id; null where it is none that has an agent. */
    machine: z.string().nullable(),
    /** Which PC, by its name or in the person's words. */
    which: z.string(),
    screen: Screen,
    /** As `0x50`, or what they read; null where they read none. */
    stopCode: z.string().nullable(),
  })
  .meta({ id: 'PracticeReport' })
export type PracticeReport = z.infer<typeof PracticeReport>

/** Text that admins write for a practice's staff. */
const Advice = z.object({ title: z.string(), markdown: z.string() })

/** The practice's own page: what is known, what is done, what to do. */
export const Here = z
  .object({
    at: Time,
    code: z.string(),
    name: z.string(),
    verdict: PracticeVerdict,
    machines: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        state: MachineState,
        /** Back from a blue screen, but not for long enough to be worked at. */
        unsettled: z.boolean(),
      }),
    ),
    /** Incidents under way that touch the practice, in words for people who do not look after computers. */
    doing: z.array(z.object({ title: z.string(), since: Time, taken: z.boolean() })),
    todo: Advice,
    paper: Advice,
    /** Of the last twelve hours, newest first. */
    reports: z.array(PracticeReport),
  })
  .meta({ id: 'Here' })
export type Here = z.infer<typeof Here>

export const HereReportBody = z.object({
  token: z.string().max(200),
  /** One of the machines that the page lists, or in words. */
  machine: z.string().max(64).nullable(),
  which: z.string().trim().max(100),
  screen: Screen,
  stopCode: z.string().trim().max(80),
})

/** The card that admins print: the way to a practice's page. */
export const PracticeCard = z
  .object({
    /** Path and fragment of the page; the fragment never reaches a server's log. */
    path: z.string(),
    /** Rises with each new card; those before it open nothing. */
    serial: z.int(),
    madeAt: Time.nullable(),
    madeBy: z.string().nullable(),
  })
  .meta({ id: 'PracticeCard' })
export type PracticeCard = z.infer<typeof PracticeCard>
