import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export const REPOSITORY = resolve(import.meta.dirname, '../..')

/** A document of the repository, by its path from there. */
export interface Document {
  readonly path: string
  readonly text: string
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(REPOSITORY, path), 'utf8') }
}

/** The documents at the top of the repository, and all below `docs`. */
export function readDocuments(): readonly Document[] {
  const below = readdirSync(join(REPOSITORY, 'docs'), { recursive: true, encoding: 'utf8' })
  const paths = below.filter(path => path.endsWith('.md')).map(path => join('docs', path))
  return ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...paths].map(readDocument)
}

/** Targets of the relative links of a document that lead nowhere: no such file, or no such heading in it. */
export function brokenLinks({ path, text }: Document): string[] {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(match => match[1]!)
  return targets.filter(target => !/^[a-z]+:/.test(target) && !leadsSomewhere(target, path))
}

function leadsSomewhere(target: string, from: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : join(dirname(from), file)
  if (!existsSync(join(REPOSITORY, path))) return false
  return anchor === undefined || anchorsOf(readDocument(path).text).includes(anchor)
}

/** Anchors as GitHub makes them: a heading that occurs again has a number. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>()
  return headings(text).map(heading => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(anchor) ?? 0
    seen.set(anchor, before + 1)
    return before === 0 ? anchor : `${anchor}-${before}`
  })
}

const FOLDERS = 'packages|services|pipelines|test|training|deploy|docs|schemas|\\.ci'
const PATH = new RegExp(`\`((?:${FOLDERS})/[\\w./-]+)\``, 'g')

/** Paths of the repository that a document names in code marks, outside of code blocks, and that are not there. */
export function missingPaths({ text }: Document): string[] {
  const paths = [...prose(text).matchAll(PATH)].map(match => match[1]!)
  return paths.filter(path => !existsSync(join(REPOSITORY, path)))
}

/** The headings of a text, in order, of any level or of one. */
export function headings(text: string, level?: number): string[] {
  const marks = level === undefined ? '#+' : `#{${level}}`
  return [...prose(text).matchAll(new RegExp(`^${marks} (.+)$`, 'gm'))].map(match => match[1]!)
}

/** The part of a text below a heading of the second level, up to the next one. */
export function section(text: string, heading: string): string {
  const parts = text.split(/^## /m)
  const found = parts.find(part => part.startsWith(`${heading}\n`))
  if (found === undefined) throw new Error(`there is no section "${heading}"`)
  return found
}

/** What stands in code marks in the first cells of all tables of a text. */
export function tableKeys(text: string): string[] {
  const cells = [...prose(text).matchAll(/^\| ([^|]*) \|/gm)].map(match => match[1]!)
  return cells.flatMap(cell => [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1]!))
}

function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '')
}
