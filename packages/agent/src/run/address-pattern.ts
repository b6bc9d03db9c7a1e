import { isIP } from 'node:net'
import { setFlagsFromString } from 'node:v8'

/** Neither an address nor long: what the pattern is tried on does not matter. */
const NO_ADDRESS = 'x'

/**
 * Node asks of each host's name whether it is an IPv6 address, by a pattern that V8 takes 4 ms to turn into machine code: a
 * tenth of the agent's own part of the first second. Without optimisation it takes 1 ms, and stays as it was compiled. V8
 * compiles a pattern again at its second use, hence two. The setting goes back at once: with another one than it was built
 * with, Node does not take the code that it keeps for its own modules.
 */
export function compileAddressPattern(): void {
  setFlagsFromString('--no-regexp-optimization')
  isIP(NO_ADDRESS)
  isIP(NO_ADDRESS)
  setFlagsFromString('--regexp-optimization')
}
