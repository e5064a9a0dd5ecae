/** Names in errors. @module */

/** How many an error names. */
const shown = 10

/** The first of them, and how many more there are; `last` stands before the count. */
export function named(names: readonly string[], { join, last }: { join: string; last: string }): string {
  const more = names.length > shown ? `${last}and ${names.length - shown} more` : ''
  return names.slice(0, shown).join(join) + more
}
