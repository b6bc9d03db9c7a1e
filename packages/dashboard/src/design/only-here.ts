const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Whether the page was opened by an address that means this computer alone: whoever takes it elsewhere opens nothing. */
export const isOnlyHere = (): boolean => LOOPBACK.includes(location.hostname)
