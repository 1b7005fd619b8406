/**
 * A command as one line for a POSIX shell: what a person copies from a report is run with the same
 * words, whatever blanks and quotes they have.
 */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ')
}

/** One word, in quotes where the shell would read more into it. */
export function shellWord(word: string): string {
  if (/^[\w@%+:,./=^-]+$/.test(word)) return word
  return `'${word.replaceAll("'", "'\\''")}'`
}
