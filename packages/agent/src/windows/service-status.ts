/** SERVICE_STATUS of winsvc.h, as koffi takes it. */
export const SERVICE_STATUS = {
  type: 'uint32',
  state: 'uint32',
  accepted: 'uint32',
  exitCode: 'uint32',
  specificExitCode: 'uint32',
  checkPoint: 'uint32',
  waitHint: 'uint32',
} as const
