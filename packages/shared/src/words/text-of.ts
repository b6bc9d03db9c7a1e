/**
 * A file's text, whatever wrote it: UTF-8, UTF-16 as PowerShell's `-Encoding Unicode` and Excel's "Unicode text" write it, and
 * what is none of them in the alphabet that Windows has in Western Europe.
 */
export function textOf(file: ArrayBuffer | Uint8Array): string {
  const bytes = new Uint8Array(file)
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
