/** Something that the caller can mend, said in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
