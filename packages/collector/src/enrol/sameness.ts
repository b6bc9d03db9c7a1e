/** What is known of the computers behind one key. Boards are hashes; runs are agents' processes, the latest last. */
export interface Sameness {
  /** Of the computer that holds the key. */
  readonly board: string | undefined
  /** Of those that held it before that one, the first one first. */
  readonly formerBoards: readonly string[]
  /** Of those that had it later and came to be known as copies. */
  readonly copiedBoards: readonly string[]
  /** The agent's count of its starts, as it said last. */
  readonly runNumber: number | undefined
  readonly runs: readonly string[]
  /** Runs that are a copy's. */
  readonly copies: readonly string[]
}

/** What a hello says of its computer. */
export interface Said {
  readonly board: string | undefined
  readonly run: { readonly id: string; readonly number?: number | undefined } | undefined
}

export type NoteKind = 'two' | 'board' | 'restored' | 'renamed' | 'key' | 'again'
export interface Found {
  readonly known: Sameness
  /** This one is the copy: it has to enrol anew. */
  readonly isCopy: boolean
  readonly notes: readonly { readonly kind: NoteKind; readonly text: string }[]
}

/** Runs that are remembered: a machine that restarts its agent all day has so many, and two copies alternate at once. */
const MAX_RUNS = 8
/** Boards of one key that are remembered: a copy enrols anew at once, and a board is replaced a few times in a computer's life. */
const MAX_BOARDS = 16

export const UNKNOWN: Sameness = {
  board: undefined,
  formerBoards: [],
  copiedBoards: [],
  runNumber: undefined,
  runs: [],
  copies: [],
}

/**
 * Tells the computers behind one key apart, by the rule in docs/protocol.md: the computer that held the key first keeps it.
 *
 * @param isHolderThere whether the one that holds it is connected, or fell silent a moment ago without a goodbye
 */
export function compare(known: Sameness, said: Said, isHolderThere: boolean): Found {
  const { board } = said
  if (board !== undefined && known.board !== undefined && board !== known.board)
    return otherBoard(known, said, board, known.board, isHolderThere)
  return sameBoard({ ...known, board: known.board ?? board }, said)
}

function otherBoard(known: Sameness, said: Said, board: string, holder: string, isHolderThere: boolean): Found {
  const boards = `one with the board ${short(holder)}, one with ${short(board)}`
  const { formerBoards, copiedBoards } = known
  const heldAt = formerBoards.indexOf(board)
  const isBack = heldAt >= 0
  const isKnownCopy = copiedBoards.includes(board)
  if (!isBack && (isHolderThere || isKnownCopy))
    return {
      known: isKnownCopy ? known : { ...known, copiedBoards: lastOf([...copiedBoards, board]) },
      isCopy: true,
      notes: [
        {
          kind: 'two',
          text: `Two computers have its key: ${boards}. The first keeps it; the other one is told to enrol anew.`,
        },
      ],
    }
  const seen = sameBoard({ ...known, ...heldBy(board, known, holder), runs: [], runNumber: undefined }, said)
  const text =
    isBack && isHolderThere
      ? `Two computers have its key: ${boards}. The second had it first, and keeps it; the other one is told to enrol anew.`
      : isBack
        ? `Its board is ${short(board)} again, after ${short(holder)}: its disk was moved there and back, or copied. The first keeps the key; the other one is told to enrol anew if it comes again.`
        : `Its board was ${short(holder)} and is ${short(board)}: it was replaced, or the disk was moved to another computer.`
  return { ...seen, notes: [{ kind: isBack && isHolderThere ? 'two' : 'board', text }, ...seen.notes] }
}

/** Who held the key when, once this board has it: those that had it after a board which is back are copies of it. */
function heldBy(
  board: string,
  { formerBoards, copiedBoards }: Sameness,
  holder: string,
): Pick<Sameness, 'board' | 'formerBoards' | 'copiedBoards'> {
  const heldAt = formerBoards.indexOf(board)
  if (heldAt < 0) return { board, formerBoards: lastOf([...formerBoards, holder]), copiedBoards }
  const later = [...formerBoards.slice(heldAt + 1), holder]
  return { board, formerBoards: formerBoards.slice(0, heldAt), copiedBoards: lastOf([...copiedBoards, ...later]) }
}

const lastOf = (boards: readonly string[]) => boards.slice(-MAX_BOARDS)

function sameBoard(known: Sameness, { run }: Said): Found {
  if (run === undefined) return { known, isCopy: false, notes: [] }
  const { runs, copies } = known
  if (copies.includes(run.id)) return { known, isCopy: true, notes: [] }
  const at = runs.indexOf(run.id)
  if (at >= 0 && at === runs.length - 1) return { known, isCopy: false, notes: [] }
  const runNumber = run.number ?? known.runNumber
  if (at >= 0) {
    const later = runs.slice(at + 1)
    const text =
      'Two agents with its key run at once on computers that say the same of themselves. The first keeps it; the other one is told to enrol anew.'
    const next = { ...known, runNumber, runs: runs.slice(0, at + 1), copies: [...copies, ...later].slice(-MAX_RUNS) }
    return { known: next, isCopy: false, notes: [{ kind: 'two', text }] }
  }
  const next = { ...known, runNumber, runs: [...runs, run.id].slice(-MAX_RUNS) }
  const before = known.runNumber
  if (run.number === undefined || before === undefined || run.number >= before)
    return { known: next, isCopy: false, notes: [] }
  const text = `Its agent's start ${run.number} came after start ${before}: its disk was set back, by a snapshot or a backup.`
  return { known: next, isCopy: false, notes: [{ kind: 'restored', text }] }
}

const short = (hash: string) => hash.slice(0, 8)
