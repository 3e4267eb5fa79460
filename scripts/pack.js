// Packs what npm users install: JavaScript with its types, since Node strips no types inside node_modules.
// Writes dist/*.tgz, or to the folder that is named. Plain JavaScript: it runs on whatever Node the machine has.
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import './set-up.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const SERVICES = ['ingestor', 'feature-builder', 'scorer', 'drift-monitor']

/** The folder of each package: what it is, and what it has beside its sources. */
const PACKAGES = {
  'packages/core': { description: 'Millrace: declaration, features and drift statistics, without any IO' },
  'packages/platform': {
    description: 'Millrace: Kafka, Redis, registry, HTTP, the stage loop and the local stack',
    copies: { 'deploy/local': 'deploy/local' },
  },
  'packages/inference': {
    description: 'Millrace: ONNX models, their registry, batching, and the protocols that ask them',
  },
  'packages/testkit': {
    description: 'Millrace: stores in memory, a manual clock and oracles for tests',
    // A test of one's own has types for its editor.
    needs: ['@types/node'],
  },
  ...Object.fromEntries(
    SERVICES.map(name => [`services/${name}`, { description: `Millrace: the service ${name}` }]),
  ),
  'packages/cli': {
    description: 'Millrace: real-time features, scoring and drift monitoring for Kafka, as one command',
    copies: { 'packages/cli/bin': 'bin', 'packages/cli/template': 'template' },
    // In the repository these come from the root: the services as workspaces, Node 26 as its own dependency.
    needs: [...SERVICES.map(name => `@millrace/${name}`), 'node'],
  },
}

/** Paths that lead out of a package in the repository, and stay inside it when packed. */
const MOVED = { '../../../../deploy/local/': '../../deploy/local/' }

const target = resolve(process.argv[2] ?? join(root, 'dist'))
const staging = mkdtempSync(join(tmpdir(), 'millrace-pack-'))
try {
  emit()
  const versions = readVersions()
  for (const [folder, content] of Object.entries(PACKAGES)) stage(folder, content, versions)
  mkdirSync(target, { recursive: true })
  for (const file of readdirSync(target)) if (file.endsWith('.tgz')) rmSync(join(target, file))
  for (const folder of Object.keys(PACKAGES)) pack(folder)
} finally {
  rmSync(staging, { recursive: true })
}

/** JavaScript and types of all packages, in folders as in the repository. */
function emit() {
  const config = join(staging, 'tsconfig.json')
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir: staging,
    typeRoots: [join(root, 'node_modules/@types')],
  }
  const include = Object.keys(PACKAGES).map(folder => join(root, folder, 'src'))
  writeJson(config, { extends: join(root, 'tsconfig.json'), compilerOptions, include })
  run(join(root, 'node_modules/.bin/tsc'), ['-p', config])
}

/** The versions that packages need of each other, and of Node. */
function readVersions() {
  const manifests = Object.keys(PACKAGES).map(folder => readJson(join(root, folder, 'package.json')))
  const own = manifests.map(({ name, version }) => [name, version])
  const { dependencies, devDependencies } = readJson(join(root, 'package.json'))
  return { ...Object.fromEntries(own), ...devDependencies, ...dependencies }
}

/** Makes an emitted folder a package: its manifest, its further files, and paths that hold in it. */
function stage(folder, { description, copies = {}, needs = [] }, versions) {
  const place = join(staging, folder)
  for (const [from, to] of Object.entries(copies))
    cpSync(join(root, from), join(place, to), { recursive: true })
  cpSync(join(root, 'LICENSE'), join(place, 'LICENSE'))
  const manifest = readJson(join(root, folder, 'package.json'))
  const added = Object.fromEntries(needs.map(name => [name, versions[name]]))
  const isThere = ([, source]) => existsSync(join(root, folder, source))
  const exports = Object.fromEntries(Object.entries(manifest.exports ?? {}).filter(isThere))
  writeJson(join(place, 'package.json'), packedManifest({ ...manifest, description, exports }, added))
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' })
  for (const file of files) if (/^(src|bin)\/.*\.js$/.test(file)) mendPaths(join(place, file))
}

/** The manifest of the workspace with entries of JavaScript, and without what only the repository needs. */
function packedManifest({ private: _, devDependencies, exports, ...manifest }, added) {
  const entries = Object.entries(exports)
  return {
    ...manifest,
    engines: { node: '>=20' },
    exports: Object.fromEntries(entries.map(([path, source]) => [path, packedEntry(source)])),
    dependencies: { ...manifest.dependencies, ...added },
  }
}

function packedEntry(source) {
  return { types: source.replace(/\.ts$/, '.d.ts'), default: source.replace(/\.ts$/, '.js') }
}

/** What TypeScript leaves alone: files that are found by a path in a text. */
function mendPaths(file) {
  let code = readFileSync(file, 'utf8').replaceAll(
    /(new URL\('[^']+)\.ts(', import\.meta\.url\))/g,
    '$1.js$2',
  )
  for (const [from, to] of Object.entries(MOVED)) code = code.replaceAll(from, to)
  const left = /new URL\(['`](?:[^'`]+\.ts|(?:\.\.\/){3,}[^'`]*)['`]/.exec(code)
  if (left !== null) fail(`${file} leads to a file that is not packed: ${left[0]}`)
  writeFileSync(file, code)
}

function pack(folder) {
  const options = ['--pack-destination', target, '--silent']
  run('npm', ['pack', ...options], { cwd: join(staging, folder) })
}

function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', ...options })
  if (status !== 0) fail(error?.message ?? `${program} failed.`)
}

/** Thrown, so that the staging folder goes. */
function fail(message) {
  process.exitCode = 1
  throw new Error(message)
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
