/** Which flags stand on the command line, rather than have their default. @module */
import { type Flags, kebab } from '../flags.ts'

/** Names of the options that the words set, in the order of the flags. */
export function givenFlags(flags: Flags, words: readonly string[]): string[] {
  const written = new Set(words.flatMap((word) => /^--?(?:no-)?([A-Za-z][\w-]*)/.exec(word)?.[1] ?? []))
  return Object.entries(flags).flatMap(([name, { alias }]) =>
    [kebab(name), name, alias].some((word) => word !== undefined && written.has(word)) ? [name] : [],
  )
}
