/** A longer line is cut to this length; nothing that is sent to a topic is as long. */
export const MAX_LINE_LENGTH = 1_048_576

/**
 * Splits chunks of text into lines without their line feed, and yields the lines that each chunk completes at
 * once. The last line needs no line feed. Holds one chunk and one line in memory.
 */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string[], void, undefined> {
  let open = ''
  for await (const chunk of chunks) {
    const lines = (open + chunk).split('\n')
    open = lines.pop()!.slice(0, MAX_LINE_LENGTH)
    yield lines.map(line => line.slice(0, MAX_LINE_LENGTH))
  }
  if (open !== '') yield [open]
}
