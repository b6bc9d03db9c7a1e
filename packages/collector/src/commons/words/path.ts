/** Where reports are sent to, below a commons' address. */
export const REPORT_PATH = '/commons/v1/report'
