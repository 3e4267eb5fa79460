/** Words that are no series although no bracket follows them. */
const WORDS = new Set([
  'and',
  'or',
  'unless',
  'bool',
  'offset',
  'inf',
  'nan',
  'by',
  'on',
  'without',
  'ignoring',
])

const LABEL_LISTS = /\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/g
const STRINGS_OUTSIDE = /(^|[(,]\s*)"[^"]*"/g
const SELECTOR = /([a-zA-Z_:][\w:]*)(\{[^{}]*\})?(?!\w*\s*\()/g

/** The series that a query asks for, each with its matchers, and once. */
export function selectorsOf(expr: string): readonly string[] {
  const bare = expr
    .replaceAll(LABEL_LISTS, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\boffset\s+\w+/g, ' ')
    .replaceAll(STRINGS_OUTSIDE, '$1')
    .replaceAll(/\b(group_left|group_right)\b/g, ' ')
  const found = [...bare.matchAll(SELECTOR)].flatMap(([selector, name]) =>
    WORDS.has(name!.toLowerCase()) ? [] : [selector],
  )
  return [...new Set(found)]
}

/** The name of the series of a selector. */
export function nameOf(selector: string): string {
  return /^[\w:]+/.exec(selector)![0]
}
