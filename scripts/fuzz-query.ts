// Feeds random queries to the parser: node scripts/fuzz-query.ts [inputs] [seed]
import { fuzz } from '../packages/collector/tests/query/support/fuzz.ts'

const [inputs = 1_000_000, seed = 1] = process.argv.slice(2).map(Number)
const { parsed, longest } = fuzz(seed, inputs)
console.log(`${inputs} inputs of seed ${seed}: ${parsed} parsed, the longest of ${longest} characters, none crashed`)
