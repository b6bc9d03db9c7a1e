/** The drive that a path begins with, such as `D:`; undefined where it has none. */
export function driveOf(path: string): string | undefined {
  // most have none, and V8 takes longer over a pattern's first use than over all else here
  if (!path.includes(':')) return undefined
  return /^"?(?:\\(?:\?\?|\\[?.])\\)?([a-z]:)/i.exec(path.trim())?.[1]?.toUpperCase()
}

/**
 * Where a driver's path points inside the volume: `\SystemRoot\…`, `\??\C:\…`, `\\?\C:\…`, `\Device\HarddiskVolume3\…`,
 * `System32\…`, `SysWOW64\…`, `\Windows\…`.
 */
export function pathInVolume(path: string): string {
  const plain = path
    .replaceAll('/', '\\')
    .replace(/^"?([^"]+?)"?$/, '$1')
    .replace(/^\\(?:\?\?|\\[?.])\\/, '')
    .replace(/^\\+SystemRoot\\/i, 'Windows\\')
    .replace(/^\\Device\\HarddiskVolume\d+\\/i, '')
    .replace(/^%SystemDrive%\\/i, '')
    .replace(/^%SystemRoot%\\/i, 'Windows\\')
    .replace(/^%WinDir%\\/i, 'Windows\\')
    .replace(/^%(ProgramFiles|ProgramW6432)%\\/i, 'Program Files\\')
    .replace(/^%ProgramFiles\(x86\)%\\/i, 'Program Files (x86)\\')
    .replace(/^%CommonProgram(Files|W6432)%\\/i, 'Program Files\\Common Files\\')
    .replace(/^%CommonProgramFiles\(x86\)%\\/i, 'Program Files (x86)\\Common Files\\')
    .replace(/^%(ProgramData|AllUsersProfile)%\\/i, 'ProgramData\\')
    .replace(/^[a-z]:\\/i, '')
    .replace(/^(System32|SysWOW64)\\/i, 'Windows\\$1\\')
  return plain.replace(/^\\+/, '').replaceAll('\\', '/')
}
