import { baseboard, bios, chassis, cpu, diskLayout, mem, system } from 'systeminformation'

// A short-lived process of its own: prints the hardware as one flat JSON object and ends. Serial numbers of disks and
// memory are left out: they tell nothing about an outage.
const GIB = 1024 ** 3

async function printHardware(): Promise<void> {
  const [machine, board, firmware, box, processor, memory, disks] = await Promise.all([
    system(),
    baseboard(),
    bios(),
    chassis(),
    cpu(),
    mem(),
    diskLayout(),
  ])
  const facts: Record<string, string | number | boolean | undefined> = {
    maker: machine.manufacturer,
    model: machine.model,
    board: `${board.manufacturer} ${board.model}`.trim(),
    biosVendor: firmware.vendor,
    biosVersion: firmware.version,
    biosDate: firmware.releaseDate,
    chassis: box.type,
    processor: `${processor.manufacturer} ${processor.brand}`.trim(),
    cores: processor.cores,
    memoryGiB: Math.round(memory.total / GIB),
  }
  for (const [index, disk] of disks.slice(0, 8).entries()) {
    facts[`disk${index}`] = `${disk.name} ${disk.type} ${Math.round(disk.size / GIB)} GiB`
  }
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== '')
  process.stdout.write(JSON.stringify(Object.fromEntries(known)))
}

void printHardware()
