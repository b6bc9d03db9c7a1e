/** The browser's clock: the only place on the page that time comes from. */
export { systemClock as browserClock } from '@pumphandle/shared/clock'
