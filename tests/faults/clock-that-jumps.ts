/**
 * Loaded into a collector's process before anything else (node --import): its computer's clock jumps when it is told to by
 * SIGUSR2, to what the file in FAULTS_CLOCK says, in milliseconds ahead. The watch that nobody sets goes on as ever.
 */
import { readFileSync } from 'node:fs'

const real = Date.now.bind(Date)
let aheadMs = 0
Date.now = () => real() + aheadMs
process.on('SIGUSR2', () => {
  aheadMs = Number(readFileSync(process.env['FAULTS_CLOCK'] ?? '', 'utf8'))
})
