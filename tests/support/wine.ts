import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether this machine can build the installer and run it. */
export const hasWine: boolean = ['wine', 'wineserver', 'wixl', 'msibuild'].every(
  (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined,
)

/** Whether Windows' sign-on by NTLM can be had of it: Wine asks this program (Debian package winbind). */
export const hasWineNtlm: boolean = spawnSync('ntlm_auth', ['--version'], { stdio: 'ignore' }).error === undefined

/** A Windows of its own, in a folder of its own. */
export interface Wine {
  /** The folder that is `C:\`. */
  drive: string
  /** Runs a Windows program to its end. Its output goes through a file: under Wine a pipe fails. */
  run(...args: string[]): Promise<{ code: number; output: string }>
  /** Ends this Windows' processes and removes its folder. */
  remove(): void
}

/** Makes one; some 20 s. */
export async function startWine(): Promise<Wine> {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-wine-'))
  const env = { ...process.env, WINEPREFIX: folder, WINEDEBUG: '-all', DISPLAY: '' }
  let outputs = 0
  async function run(...args: string[]): Promise<{ code: number; output: string }> {
    const path = join(folder, `output-${++outputs}.txt`)
    const file = openSync(path, 'w')
    const child = spawn('wine', args, { env, stdio: ['ignore', file, file] })
    closeSync(file)
    const code = await new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? -1)))
    return { code, output: readFileSync(path, 'utf8') }
  }
  await run('winecfg', '-v', 'win10')
  // without a program that stays, Wine ends its services when the last one exits
  const keeper: ChildProcess = spawn('wine', ['cmd', '/c', 'ping -n 900 127.0.0.1'], { env, stdio: 'ignore' })
  return {
    drive: join(folder, 'drive_c'),
    run,
    remove() {
      keeper.kill()
      execFileSync('wineserver', ['-k'], { env, stdio: 'ignore' })
      execFileSync('wineserver', ['-w'], { env, stdio: 'ignore' })
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
