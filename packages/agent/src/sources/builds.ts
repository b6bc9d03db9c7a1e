/**
 * Releases that are switched on by a small package and leave the kernel's own number as it is: 19041 is the kernel of 19045 too.
 * By the release that the package is named by (Microsoft Learn, "KB5015684", "KB5027397", "KB5054156").
 */
export const ENABLEMENT: Partial<Record<number, Record<string, number>>> = {
  18362: { '1909': 18_363 },
  19041: { '20h2': 19_042, '21h1': 19_043, '21h2': 19_044, '22h2': 19_045 },
  22621: { '23h2': 22_631 },
  26100: { '25h2': 26_200 },
}

/**
 * The build of a boot as the kernel logged it, in the words of who knows of the enablement package: the registry, or the event
 * log's service, whose first word at a start (EventLog 6009) has the release's own number. Where they speak of another kernel,
 * the kernel's word stays.
 *
 * @param logged build and revision, such as `19041.4651`
 * @param known a build, with or without a revision, such as `19045`
 */
export function buildOfBoot(logged: string, known: string | null | undefined): string {
  const [kernel = '', revision = '0'] = logged.split('.')
  const [build = ''] = (known ?? '').split('.')
  const isEnabled = Object.values(ENABLEMENT[Number(kernel)] ?? {}).includes(Number(build))
  return isEnabled ? `${build}.${revision}` : logged
}
