/** A vitals event of about 230 bytes, which becomes a row of about 300. */
export function event(id: number, at: number): string {
  return `{"id":"v-${process.pid}-${id}","at":${at},"type":"vitals","uptimeSeconds":${id % 100_000},"cpuPercent":${id % 100},"memoryUsedPercent":48.5,"memoryBytes":17179869184,"diskFreeBytes":${120_000_000_000 + id},"diskBytes":256060514304}`
}
