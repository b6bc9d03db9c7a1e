/** So many a minute, in bursts up to a minute's worth. The caller says what time it is. */
export class MinuteRate {
  readonly #perMinute: number
  #room: number
  #at: number

  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute
    this.#room = perMinute
    this.#at = now
  }

  /** Takes one; false when there was none left. */
  take(now: number): boolean {
    this.#refill(now)
    if (this.#room < 1) return false
    this.#room -= 1
    return true
  }

  /** Whether a full minute's worth is there again, so that the holder can be forgotten. */
  idle(now: number): boolean {
    this.#refill(now)
    return this.#room >= this.#perMinute
  }

  #refill(now: number): void {
    const since = Math.max(0, now - this.#at)
    this.#at = now
    this.#room = Math.min(this.#perMinute, this.#room + (since * this.#perMinute) / 60_000)
  }
}
