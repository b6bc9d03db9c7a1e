import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildDeb } from '../../scripts/package/deb.ts'
import { commandsOf } from '../support/document-commands.ts'
import { freePort } from '../support/free-port.ts'
import { hasDpkg, inThrowAwaySystem } from '../support/throw-away-system.ts'

// The commands of docs/operations, as a stranger types them, on a copy of this system that is thrown away. Only systemd is
// not there: a script starts what the unit says.

const SYSTEMCTL = `#!/bin/sh
unit=/usr/lib/systemd/system/pumphandle.service
stop() { [ ! -f /run/pid ] || { kill $(cat /run/pid) 2>/dev/null; while kill -0 $(cat /run/pid) 2>/dev/null; do sleep 0.1; done; rm /run/pid; }; }
start() {
  command=$(sed -n 's/^ExecStart=//p' $unit)
  node=\${command%% *}
  # the kernel would let its user have the port by AmbientCapabilities
  cd /; PUMPHANDLE_DATA=/var/lib/pumphandle setpriv --reuid=pumphandle --regid=pumphandle --init-groups \\
    $node --env-file=/etc/pumphandle/pumphandle.env \${command#* } >>/run/log 2>&1 &
  echo $! >/run/pid
}
case "$1" in
  start) start ;;
  stop) stop ;;
  restart) stop; start ;;
  try-restart) [ ! -f /run/pid ] || { stop; start; } ;;
esac
`

/** Of a PostgreSQL of this system, with its programs for dumps. */
const postgresPrograms =
  spawnSync('pg_dump', ['--version']).status === 0 && existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`)[0]
    : undefined

let dir: string
let files: Record<string, string>
let port: number

beforeAll(async () => {
  if (!hasDpkg) return
  dir = mkdtempSync(join(tmpdir(), 'pumphandle-operations-'))
  mkdirSync(join(dir, 'deb'))
  port = await freePort()
  const [key, cert] = [join(dir, 'fleet.key'), join(dir, 'fleet.crt')]
  const wanted = ['-subj', '/CN=fleet.example', '-addext', 'subjectAltName=DNS:fleet.example', '-days', '2']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...wanted], {
    stdio: 'ignore',
  })
  const target = { os: 'linux', cpu: process.arch as 'x64' } as const
  const systemctl = join(dir, 'systemctl')
  writeFileSync(systemctl, SYSTEMCTL)
  const old = join(dir, 'old.db')
  writeFileSync(old, gunzipSync(readFileSync(new URL('../fixtures/released/0.1.0.db.gz', import.meta.url))))
  files = {
    'pumphandle_0.1.0_amd64.deb': await buildDeb(join(dir, 'deb'), target, 'none', '0.1.0'),
    'newer.deb': await buildDeb(join(dir, 'deb'), target, 'none', '99.0.0'),
    'fleet.key': key,
    'fleet.crt': cert,
    systemctl,
    'old.db': old,
  }
})
afterAll(() => rmSync(dir ?? '', { recursive: true, force: true }))

/** What is there before the first command: a name that leads here, an authority that is trusted, and a stand-in for systemd. */
const AROUND = `
export PATH=/usr/local/bin:$PATH NODE_EXTRA_CA_CERTS=/opt/from/fleet.crt CURL_CA_BUNDLE=/opt/from/fleet.crt
cp /opt/from/systemctl /usr/local/bin/systemctl; chmod 755 /usr/local/bin/systemctl
cp /etc/hosts /run/hosts; echo 127.0.0.1 fleet.example >> /run/hosts; cat /run/hosts > /etc/hosts
cd /opt/from`

/** Port 443 of this system may be somebody else's. */
const here = (commands: string): string =>
  commands
    .replaceAll('https://fleet.example', `https://fleet.example:${port}`)
    .replaceAll('PUMPHANDLE_PORT=443', `PUMPHANDLE_PORT=${port}`)

describe.skipIf(!hasDpkg)('docs/operations', () => {
  test('first-day.md: from nothing to a machine that is enrolled, over TLS', () => {
    const said = inThrowAwaySystem(
      dir,
      files,
      `${AROUND}
${here(commandsOf('docs/operations/first-day.md', 'first-day'))} > /run/enrolment.json
enrolment=$(sed -n 's/.*"secret": *"\\([^"]*\\)".*/\\1/p' /run/enrolment.json)
curl --fail --silent -H "authorization: Bearer $enrolment" -H 'content-type: application/json' \\
  -d '{"computerName":"FIRST-PC","agentVersion":"0.1.0"}' https://fleet.example:${port}/agent/v1/enrol > /run/machine.json
echo "$token" > /run/token
# a machine that has just enrolled is in the lists within a second
for _ in 1 2 3 4 5 6 7 8 9 10; do
  pumphandle --url https://fleet.example:${port} --token-file /run/token machines -o json > /run/machines.json
  ! grep -q FIRST-PC /run/machines.json || break
done
cat /run/machines.json
stat -c '%U %a %n' /var/backups/pumphandle
cat /run/log
systemctl stop pumphandle`,
    )
    expect(said).toContain('The collector is ready.')
    expect(said).toMatch(new RegExp(`https://fleet.example:${port}/welcome#`))
    expect(said).toContain('FIRST-PC')
    expect(said).toContain('pumphandle 700 /var/backups/pumphandle')
    expect(said).toContain('A81001')
  })

  test('upgrade.md: over an installation whose database is of 0.1.0', () => {
    const said = inThrowAwaySystem(
      dir,
      files,
      `${AROUND}
dpkg -i pumphandle_0.1.0_amd64.deb > /dev/null
install -m 0600 -o pumphandle -g pumphandle old.db /var/lib/pumphandle/pumphandle.db
echo PUMPHANDLE_PORT=${port} >> /etc/pumphandle/pumphandle.env
systemctl start pumphandle
${here(commandsOf('docs/operations/upgrade.md', 'upgrade'))}
pumphandle tokens add look --data /var/lib/pumphandle -o json | sed -n 's/.*"secret": *"\\([^"]*\\)".*/\\1/p' > /run/token
pumphandle --token-file /run/token machines --count
systemctl stop pumphandle`,
    )
    expect(said).toContain('The collector is ready.')
    expect(said).toContain('61')
  })

  test('upgrade.md: a newer package keeps settings without a question, an older one is refused, and the way back', () => {
    const said = inThrowAwaySystem(
      dir,
      files,
      `${AROUND}
mkdir newer; mv newer.deb newer/pumphandle_99.0.0_amd64.deb
dpkg -i pumphandle_0.1.0_amd64.deb > /dev/null
echo PUMPHANDLE_PORT=${port} >> /etc/pumphandle/pumphandle.env
systemctl start pumphandle
pumphandle ready --wait 60s
${here(commandsOf('docs/operations/upgrade.md', 'upgrade')).replaceAll('./pumphandle', 'newer/pumphandle').replace('apt-get install --yes', 'dpkg -i')} < /dev/null
dpkg-query -W pumphandle
grep -c PUMPHANDLE_PORT=${port} /etc/pumphandle/pumphandle.env
dpkg -i pumphandle_0.1.0_amd64.deb 2>&1 || echo refused
dpkg-query -W pumphandle
pumphandle ready
install -d -m 0700 -o pumphandle -g pumphandle /var/backups/pumphandle
install -m 0600 -o pumphandle -g pumphandle old.db /var/backups/pumphandle/before-upgrade.db
${commandsOf('docs/operations/upgrade.md', 'back')}
dpkg-query -W pumphandle
grep -c PUMPHANDLE_PORT=${port} /etc/pumphandle/pumphandle.env
pumphandle tokens add look --data /var/lib/pumphandle -o json | sed -n 's/.*"secret": *"\\([^"]*\\)".*/\\1/p' > /run/token
pumphandle --url http://127.0.0.1:${port} --token-file /run/token machines --count
systemctl stop pumphandle`,
    )
    expect(said).toContain('its database is not taken back to 0.1.0')
    expect(said).toContain('refused\n')
    expect(said.match(/^pumphandle\t\S+$/gm)).toEqual(['pumphandle\t99.0.0', 'pumphandle\t99.0.0', 'pumphandle\t0.1.0'])
    expect(said.match(/^1$/gm)).toHaveLength(2)
    expect(said).toContain('61')
  })

  test('disaster.md: a backup of another computer is put in the place of what is there', () => {
    const said = inThrowAwaySystem(
      dir,
      files,
      `${AROUND}
dpkg -i pumphandle_0.1.0_amd64.deb > /dev/null
echo PUMPHANDLE_PORT=${port} >> /etc/pumphandle/pumphandle.env
systemctl start pumphandle
pumphandle ready --wait 60s
cp old.db backup.db; cp /var/lib/pumphandle/seal.key .
${commandsOf('docs/operations/disaster.md', 'restore')}
pumphandle tokens add look --data /var/lib/pumphandle -o json | sed -n 's/.*"secret": *"\\([^"]*\\)".*/\\1/p' > /run/token
pumphandle --url http://127.0.0.1:${port} --token-file /run/token machines --count
systemctl stop pumphandle`,
    )
    expect(said).toContain('61')
  })

  test.skipIf(postgresPrograms === undefined)(
    'disaster.md: a dump of another PostgreSQL is put into an empty one',
    async () => {
      const server = await freePort()
      const said = inThrowAwaySystem(
        dir,
        files,
        `${AROUND}
install -d -o nobody /run/pg; install -d -m 1777 /dev/shm; touch /dev/null; chmod 666 /dev/null
as_nobody() { cd /; setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; cd /opt/from; }
as_nobody ${postgresPrograms}/initdb --pgdata=/run/pg/data --username=postgres --auth=trust --no-sync > /dev/null
as_nobody ${postgresPrograms}/pg_ctl --pgdata=/run/pg/data --log=/run/pg/log --wait \
  --options='-p ${server} -c listen_addresses=127.0.0.1 -c unix_socket_directories=/run/pg -c fsync=off' start > /dev/null
psql -q -h 127.0.0.1 -p ${server} -U postgres -c 'create role fleet login' -c 'create database lost owner fleet' -c 'create database "new" owner fleet'
dpkg -i pumphandle_0.1.0_amd64.deb > /dev/null
echo PUMPHANDLE_PORT=${port} >> /etc/pumphandle/pumphandle.env
echo PUMPHANDLE_DATABASE=postgres://fleet@127.0.0.1:${server}/lost >> /etc/pumphandle/pumphandle.env
systemctl start pumphandle
pumphandle ready --wait 60s
pumphandle tokens add look --scope admin --data /var/lib/pumphandle -o json | sed -n 's/.*"secret": *"\\([^"]*\\)".*/\\1/p' > /run/token
pumphandle users invite you@icb.example --role admin --data /var/lib/pumphandle
pg_dump --format=custom --file=pumphandle.dump postgres://fleet@127.0.0.1:${server}/lost
systemctl stop pumphandle; mv /var/lib/pumphandle/seal.key .
sed -i s,/lost,/new, /etc/pumphandle/pumphandle.env
${commandsOf('docs/operations/disaster.md', 'restore-postgresql')}
pumphandle --url http://127.0.0.1:${port} --token-file /run/token tokens
systemctl stop pumphandle
as_nobody ${postgresPrograms}/pg_ctl --pgdata=/run/pg/data --mode=immediate stop > /dev/null`,
      )
      expect(said).toContain('look')
      expect(said.match(/^DELETE \d+$/gm)).toHaveLength(2)
    },
  )

  test('backup.md: a copy while it runs, and put back while nothing runs', () => {
    const said = inThrowAwaySystem(
      dir,
      files,
      `${AROUND}
dpkg -i pumphandle_0.1.0_amd64.deb > /dev/null
install -m 0600 -o pumphandle -g pumphandle old.db /var/lib/pumphandle/pumphandle.db
install -d -m 0700 -o pumphandle -g pumphandle /backup
echo PUMPHANDLE_PORT=${port} >> /etc/pumphandle/pumphandle.env
systemctl start pumphandle
pumphandle ready --wait 60s
${commandsOf('docs/operations/backup.md', 'backup')}
systemctl stop pumphandle
rm /var/lib/pumphandle/pumphandle.db*
${commandsOf('docs/operations/backup.md', 'restore')}
systemctl start pumphandle
pumphandle ready --wait 60s
pumphandle tokens add look --data /var/lib/pumphandle -o json | sed -n 's/.*"secret": *"\\([^"]*\\)".*/\\1/p' > /run/token
pumphandle --url http://127.0.0.1:${port} --token-file /run/token machines --count
pumphandle restore /backup/pumphandle.db --data /nobody/owns/this 2>&1 || true
systemctl stop pumphandle`,
    )
    expect(said).toContain('61')
    expect(said).toContain('let the collector’s user own /nobody/owns/this')
  })

  test('certificates.md: the hook gives the service what it may read, and the fingerprint is one', () => {
    const said = inThrowAwaySystem(
      dir,
      files,
      `${AROUND}
dpkg -i pumphandle_0.1.0_amd64.deb > /dev/null
mkdir /run/lineage; cp fleet.crt /run/lineage/fullchain.pem; cp fleet.key /run/lineage/privkey.pem; cp fleet.crt ca.crt
cat > /run/hook <<'HOOK'
${commandsOf('docs/operations/certificates.md', 'hook')}
HOOK
RENEWED_LINEAGE=/run/lineage sh /run/hook
stat -c '%U %G %a %n' /etc/pumphandle/tls.*
${commandsOf('docs/operations/certificates.md', 'fingerprint')}`,
    )
    expect(said).toContain('root pumphandle 640 /etc/pumphandle/tls.key')
    expect(said).toMatch(/Fingerprint=([0-9A-F]{2}:){31}/)
  })
})

test.skipIf(spawnSync('sh', ['-c', 'true']).status !== 0)('every script of the Debian package is one for sh', () => {
  const wrong = ['preinst', 'postinst', 'prerm', 'postrm', 'pumphandle.sh'].filter((script) => {
    const file = fileURLToPath(new URL(`../../deploy/debian/${script}`, import.meta.url))
    return spawnSync('sh', ['-n', file]).status !== 0
  })
  expect(wrong).toEqual([])
})
