/** Duplicate keys in JSON, which `JSON.parse` drops without a word. @module */

/**
 * The first key that occurs twice in one object of a JSON text, or `undefined`. The text must be valid JSON: parse it first.
 * Each character is looked at once, whatever the lengths of strings and the depth of nesting.
 */
export function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  // Strings and brackets are all that matters; a string is a key when a colon follows it.
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = stringEnd(json, at)
      const isKey = json[afterSpace(json, end)] === ':'
      const key: unknown = isKey ? JSON.parse(json.slice(at, end)) : undefined
      const keys = open.at(-1)
      if (typeof key === 'string') {
        if (keys?.has(key)) return key
        keys?.add(key)
      }
      at = end - 1
    }
  }
  return undefined
}

/** One past the closing quotation mark of the string that begins at a place. */
function stringEnd(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at + 1
}

function afterSpace(json: string, from: number): number {
  let at = from
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at++
  return at
}
