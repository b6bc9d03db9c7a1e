import { othersTurn } from '@pumphandle/shared/others-turn'
import { isoDay } from '@pumphandle/shared/time'
import type { Response } from 'express'

/** Begins a download: never cached, saved under the name. */
export function beginDownload(res: Response, media: string, fileName: string): void {
  res.status(200)
  res.setHeader('Content-Type', media.startsWith('text/') ? `${media}; charset=utf-8` : media)
  res.setHeader('Content-Disposition', `attachment; filename="${fileName}"`)
  res.setHeader('Cache-Control', 'no-store')
}

/** Writes, and waits while the reader is slower. @returns false once the reader has gone. */
export async function writeAll(res: Response, text: string): Promise<boolean> {
  if (res.destroyed || res.closed) return false
  if (res.write(text)) {
    // others have their turn between pages even when nobody is slow
    await othersTurn()
    return true
  }
  await new Promise<void>((resolve) => {
    const done = (): void => {
      res.off('drain', done)
      res.off('close', done)
      resolve()
    }
    res.on('drain', done)
    res.on('close', done)
  })
  return !res.destroyed
}

/** `pumphandle-machines-2024-07-19.csv` */
export function fileName(what: string, now: number, extension: string): string {
  return `pumphandle-${what}-${isoDay(now)}.${extension}`
}
