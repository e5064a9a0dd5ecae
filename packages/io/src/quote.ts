/** Text from files in messages. @module */

const longest = 80

/** A text in quotation marks, cut short where it is long: files may hold names of any length. */
export function quote(text: string): string {
  return text.length > longest
    ? `${JSON.stringify(text.slice(0, longest))}… (${text.length} characters)`
    : JSON.stringify(text)
}

/** The first of some names, each cut short. */
export function listSome(names: readonly string[]): string {
  const some = names.slice(0, 10).map((name) => name.slice(0, longest))
  return names.length > 10 ? `${some.join(', ')}, … (${names.length} in all)` : some.join(', ')
}
