/** Another program that has the database open and writes: it holds SQLite's lock until it is killed. */
import SQLite from 'better-sqlite3'

const db = new SQLite(process.argv[2] ?? '')
db.exec('begin immediate')
process.send?.('held')
setInterval(() => db.open, 60_000)
