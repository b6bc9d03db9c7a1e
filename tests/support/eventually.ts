/** Long enough for a slow machine; a test that needs it all has failed. */
const PATIENCE_MS = 45_000
const LOOK_AGAIN_MS = 50

/** Looks again until what is expected holds; then fails with what was found last. For what other processes do. */
export async function eventually(expectation: () => Promise<void> | void): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      await expectation()
      return
    } catch (error) {
      if (performance.now() > until) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
