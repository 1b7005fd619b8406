import { fileURLToPath } from 'node:url'

/** A command's words and options, of which the words may be left out, as in execa. */
export function wordsAndOptions<Options extends object>(
  words: readonly string[] | Options,
  options: Options | undefined,
): { words: readonly string[]; options: Options | undefined } {
  if (Array.isArray(words)) return { words, options }
  return { words: [], options: options ?? (words as Options) }
}

/** A program's name or path, which may be a file URL. */
export function asFile(file: string | URL): string {
  return file instanceof URL ? fileURLToPath(file) : file
}
