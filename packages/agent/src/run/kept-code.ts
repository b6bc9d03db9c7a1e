import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { replaceFile } from '../config/private-file.ts'

/** What a file of the bundle is given, as Node's own loader does. */
type Load = (exports: object, require: (id: string) => unknown, module: { exports: object }, ...place: string[]) => void

interface Fresh {
  path: string
  source: Buffer
  script: Script
}

/** What Node's own loader puts around a file. */
const HEAD = Buffer.from('(function (exports, require, module, __filename, __dirname) {')
const TAIL = Buffer.from('\n})')
/** BLAKE2 of the source and of the code made of it, in front of that: a disk may give zeros back, and V8 does not look. */
const DIGEST_BYTES = 64

/**
 * Loads files of the bundle with the code that V8 made of them at an earlier start, which lies in the data folder: what the
 * first second runs need not be compiled anew. V8 takes no code that was made under other flags or by another version;
 * that, a new bundle and a damaged file end in compiling, as without it.
 */
export class KeptCode {
  readonly #folder: string
  readonly #require: (id: string) => unknown
  #fresh: Fresh[] = []

  /** @param require for whatever else the files ask for */
  constructor(folder: string, require: (id: string) => unknown) {
    this.#folder = folder
    this.#require = require
  }

  /**
   * What a CommonJS file exports.
   *
   * @param others names, such as `./service.cjs`, of files beside it that are loaded the same way when it asks for them
   * @throws what reading or running it throws
   */
  load(file: string, others: ReadonlySet<string> = new Set()): object {
    const source = readFileSync(file)
    const path = join(this.#folder, `${basename(file, '.cjs')}.code`)
    const code = this.#codeOf(path, source)
    // joined as bytes: as texts V8 would copy them once more, in the first second's few megabytes
    const script = new Script(Buffer.concat([HEAD, source, TAIL]).toString('utf8'), {
      filename: file,
      ...(code && { cachedData: code }),
    })
    if (code === undefined || script.cachedDataRejected === true) this.#fresh.push({ path, source, script })
    const module = { exports: {} }
    const require = (id: string): unknown =>
      others.has(id) ? this.load(join(dirname(file), id), others) : this.#require(id)
    const load = script.runInThisContext() as Load
    load(module.exports, require, module, file, dirname(file))
    return module.exports
  }

  /**
   * Puts what V8 made of the files by now into the folder, where it did not have it; takes some 10 ms then. To be asked for
   * when the first second is over and before a flag of V8 changes. What cannot be written is made again at the next start.
   */
  keep(): void {
    const fresh = this.#fresh
    this.#fresh = []
    for (const { path, source, script } of fresh) {
      try {
        const code = script.createCachedData()
        replaceFile(path, Buffer.concat([digest(source, code), code]))
      } catch {
        // a full disk, or a folder that may not be written: the agent itself goes on
      }
    }
  }

  #codeOf(path: string, source: Buffer): Buffer | undefined {
    try {
      const kept = readFileSync(path)
      const code = kept.subarray(DIGEST_BYTES)
      return digest(source, code).equals(kept.subarray(0, DIGEST_BYTES)) ? code : undefined
    } catch {
      return undefined // the first start
    }
  }
}

/** Takes 1 ms at a start, where SHA-256 takes 2.5 on a processor that has no instruction for it. */
function digest(source: Buffer, code: Buffer): Buffer {
  return createHash('blake2b512').update(source).update(code).digest()
}
