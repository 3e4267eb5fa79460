// Runs before every npm script, on whatever Node the machine has: installs the dependencies when they are missing or
// the lock file has changed. Plain JavaScript, since Node 26 is one of the dependencies.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 20

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const installedLock = join(root, 'node_modules', '.millrace-lock')

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or later.`)
  process.exit(1)
}
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
if (readInstalled() !== lock) install()

function readInstalled() {
  try {
    return readFileSync(installedLock, 'utf8')
  } catch {
    return undefined
  }
}

function install() {
  console.log('Installing the dependencies …')
  const npm = process.env['npm_execpath']
  const args = ['ci', '--no-fund', '--no-audit', '--loglevel=error']
  const options = { cwd: root, stdio: 'inherit' }
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, options)
  if (status !== 0) process.exit(status ?? 1)
  tryNode()
  writeFileSync(installedLock, lock)
}

/** Node 26 is linked with a library that small systems do not have, and fails with the loader's words alone. */
function tryNode() {
  const { status, stderr, error } = spawnSync(join(root, 'node_modules/.bin/node'), ['--version'])
  if (status === 0) return
  const words = error?.message ?? String(stderr).trim()
  console.error(`The Node that was installed does not run here: ${words}`)
  if (words.includes('libatomic'))
    console.error('On Debian and Ubuntu `apt-get install libatomic1` brings the library. Then start again.')
  process.exit(1)
}
