import { createRequire } from 'node:module'

interface Client {
  connect(): Promise<unknown>
  /** A text is sent as a statement; an object that submits itself, as COPY does, is not waited for. */
  query(query: unknown): unknown
  end(): Promise<void>
}

/** The driver that the tests have; the project's root has none. */
export const { Client } = createRequire(new URL('../../../tests/package.json', import.meta.url))('pg') as {
  Client: new (config: { connectionString: string }) => Client
}
