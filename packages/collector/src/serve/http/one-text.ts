const texts = new WeakMap<object, string>()

/** Marks an answer that many pages get and that nobody changes any more: it is written as JSON once. */
export function asOneText<T extends object>(answer: T): T {
  texts.set(answer, JSON.stringify(answer))
  return answer
}

/** The JSON of an answer. */
export function jsonOf(answer: unknown): string {
  return (typeof answer === 'object' && answer !== null && texts.get(answer)) || JSON.stringify(answer)
}
