/** The Python dictionary in the header of an npy file. @module */

/** What an npy dictionary says. */
export interface NpyDictionary {
  /** The element type, or `undefined` where records are described. */
  readonly descr: string | undefined
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
}

/** A value that NumPy writes: text, a truth, a tuple of numbers, or a list, which describes records. */
type Value = { text: string } | { truth: boolean } | { numbers: number[] } | { records: true }

const token = /\s*(?:'([^'\\]*)'|(\d+)L?|(True|False)|([{}:,()[]))/y

/**
 * Parses a dictionary with exactly the keys that NumPy writes, in any order, in time proportional to its length; `undefined`
 * when it is anything else.
 */
export function parseNpyDictionary(text: string): NpyDictionary | undefined {
  const found = new Map<string, Value>()
  const next = tokens(text)
  if (next()?.mark !== '{') return undefined
  for (let key = next(); key?.mark !== '}'; key = next()) {
    if (key?.text === undefined || found.has(key.text) || next()?.mark !== ':') return undefined
    const value = parseValue(next)
    if (!value) return undefined
    found.set(key.text, value)
    if ('records' in value) return { descr: undefined, fortranOrder: false, shape: [] }
    const separator = next()?.mark
    if (separator === '}') break
    if (separator !== ',') return undefined
  }
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key))
  const known = descr && order && shape && 'text' in descr && 'truth' in order && 'numbers' in shape
  if (!known || found.size > 3 || !next.isAtEnd()) return undefined
  return { descr: descr.text, fortranOrder: order.truth, shape: shape.numbers }
}

interface Token {
  readonly text?: string | undefined
  readonly digits?: string | undefined
  readonly truth?: string | undefined
  readonly mark?: string | undefined
}
type NextToken = (() => Token | undefined) & { isAtEnd(): boolean }

function tokens(source: string): NextToken {
  let at = 0
  const next = (): Token | undefined => {
    token.lastIndex = at
    const found = token.exec(source)
    if (!found) return undefined
    at = token.lastIndex
    const [, text, digits, truth, mark] = found
    return { text, digits, truth, mark }
  }
  return Object.assign(next, { isAtEnd: () => source.slice(at).trim() === '' })
}

function parseValue(next: NextToken): Value | undefined {
  const first = next()
  if (first?.text !== undefined) return { text: first.text }
  if (first?.truth !== undefined) return { truth: first.truth === 'True' }
  if (first?.mark === '[') return { records: true }
  if (first?.mark !== '(') return undefined
  const numbers: number[] = []
  for (let part = next(); part?.mark !== ')'; part = next()) {
    if (part?.digits === undefined) return undefined
    numbers.push(Number(part.digits))
    const separator = next()?.mark
    if (separator === ')') break
    if (separator !== ',') return undefined
  }
  return { numbers }
}
