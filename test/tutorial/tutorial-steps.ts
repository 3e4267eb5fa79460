/** A step of the tutorial, as its code blocks give it. */
export type TutorialStep =
  | { readonly kind: 'commands'; readonly text: string }
  /** Lines that come out, of which those with `…` or PORT differ from run to run. */
  | { readonly kind: 'output'; readonly lines: readonly string[] }
  | { readonly kind: 'change' | 'file'; readonly file: string; readonly text: string }

const BLOCK = /^```(\w+)(?: title="([^"]+)")?\n([\s\S]*?)^```$/gm

/** The steps of a tutorial in order; blocks that are only to be read are left out. */
export function tutorialSteps(markdown: string): TutorialStep[] {
  return [...markdown.matchAll(BLOCK)].flatMap(([, language, file, text = '']): TutorialStep[] => {
    if (language === 'sh') return [{ kind: 'commands', text }]
    if (language === 'text') return [{ kind: 'output', lines: fixedLines(text) }]
    if (file === undefined) return []
    return [{ kind: language === 'diff' ? 'change' : 'file', file, text }]
  })
}

/** What a text is after a change that is given by its lines: `+` new, `-` old, blank for those around. */
export function applyChange(text: string, change: string): string {
  const lines = change.trimEnd().split('\n')
  const before = lines.filter(line => !line.startsWith('+')).map(withoutMark)
  const after = lines.filter(line => !line.startsWith('-')).map(withoutMark)
  const [head, ...others] = text.split(`${before.join('\n')}\n`)
  if (others.length !== 1) throw new Error(`${others.length} places fit this change:\n${change}`)
  return `${head}${after.join('\n')}\n${others[0]}`
}

function fixedLines(text: string): string[] {
  return text.split('\n').filter(line => line !== '' && !/…|PORT/.test(line))
}

function withoutMark(line: string): string {
  return line.slice(1)
}
