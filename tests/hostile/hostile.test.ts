import { expect, test } from 'vitest'
import { run } from './run.ts'

/** A short one: `npm run hostile -- --frames 1000000` is the whole. */
const SHORT = { seed: 1, frames: 20_000, machines: 50, hostile: 40 }
/** Frames of 256 KB from 20 connections at once, their messages as objects, and what V8 has not swept yet. */
const MOST_MORE_MB = 300

test('twenty thousand bad frames beside fifty machines lose nothing of theirs, and take no memory for good', async () => {
  const { frames, acked, broken, memoryMb } = await run(SHORT)
  expect(broken).toEqual([])
  expect(frames).toBeGreaterThanOrEqual(SHORT.frames)
  expect(acked).toBeGreaterThan(SHORT.machines)
  expect(memoryMb.most - memoryMb.quiet).toBeLessThan(MOST_MORE_MB)
})
