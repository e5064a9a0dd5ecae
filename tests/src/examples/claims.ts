/** What an example says of its values: `// value` behind a line is compared with what the line gives. @module */
import { Tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

/** Reads like a value: a number, a word in quotes, a list, true or false; perhaps after a name. */
const value = String.raw`(?:−?(?:[\d.,]+(?:e[-−]?\d+)?|∞)|'[^']*'|true|false|\[[^\]]*\])`
const claimed = new RegExp(String.raw`^(?<line>.*\S)\s+// (?:(?<name>[a-z]\w*) )?(?<claim>${value})(?<rest>.*)$`)
const declared = /^(?:const|let) (?:\{ ?(?<members>(?<member>\w+)[^}]*)\}|(?<name>\w+))/

/** An example whose claims are checked by calls of `claim(value, text)`, and how many there are. */
export function withClaims(code: string): { code: string; claims: number } {
  let claims = 0
  const lines = code.split('\n').map((text) => {
    const found = claimed.exec(text)?.groups
    if (!found) return text
    const declaration = declared.exec(found.line!)?.groups
    // "to [64]" is prose; "cost 1.5" behind `const { cost } = …` is a claim.
    if (found.name && !declaration?.members?.includes(found.name)) return text
    if (found.rest?.trim()) throw new Error(`"${text}" begins like a value and goes on like prose: say one of them`)
    claims++
    const claim = JSON.stringify(found.claim)
    if (!declaration) return `claim(${found.line!.replace(/;$/, '')}, ${claim})`
    return `${found.line}; claim(${found.name ?? declaration.member ?? declaration.name}, ${claim})`
  })
  return { code: lines.join('\n'), claims }
}

/** Fails where a value is not what the text says: numbers to the digits shown, tensors by their numbers or their shape. */
export function claim(actual: unknown, text: string): void {
  const said = parse(text)
  agree(comparable(actual, said), said, text)
}

/** A tensor's shape where that is what is said (of a symbolic one, always), else its numbers; other values as they are. */
function comparable(actual: unknown, said: unknown): unknown {
  if (isSymbolic(actual)) return actual.shape
  if (!(actual instanceof Tensor)) return actual
  const { shape } = actual
  const isShape = Array.isArray(said) && said.length === shape.length && said.every((n, i) => n === shape[i])
  if (isShape) return shape
  return shape.length === 0 ? actual.dataSync()[0] : [...actual.dataSync()]
}

function isSymbolic(value: unknown): value is { shape: (number | null)[] } {
  return typeof value === 'object' && value !== null && 'sourceLayer' in value && 'shape' in value
}

/** The gap in a list. */
const gap = Symbol('…')

function parse(text: string): unknown {
  if (text.startsWith('[')) {
    const inside = text.slice(1, -1).trim()
    return inside === '' ? [] : inside.split(/, /).map((part) => (part === '…' ? gap : parse(part)))
  }
  if (text.startsWith("'")) return text.slice(1, -1)
  if (text === 'true' || text === 'false') return text === 'true'
  return Number(text.replaceAll('−', '-').replaceAll(',', '').replace('∞', 'Infinity'))
}

function agree(actual: unknown, said: unknown, text: string): void {
  if (typeof said === 'number' && Number.isFinite(said)) {
    expect(Math.abs(Number(actual) - said), `${String(actual)} for ${text}`).toBeLessThanOrEqual(halfDigit(said, text))
  } else if (Array.isArray(said)) {
    const all = Array.from(actual as ArrayLike<unknown>)
    const at = said.indexOf(gap)
    const kept = at < 0 ? all : [...all.slice(0, at), gap, ...all.slice(all.length - (said.length - at - 1))]
    expect(kept.length, `length of ${String(actual)} for ${text}`).toBe(said.length)
    const texts = text.slice(1, -1).split(/, /)
    for (const [i, part] of said.entries()) if (part !== gap) agree(kept[i], part, texts[i]!)
  } else expect(actual).toBe(said)
}

/** Half a unit of the last digit shown. */
function halfDigit(said: number, text: string): number {
  const [, decimals = '', exponent = '0'] = /^[^.e]*(?:\.(\d+))?(?:e(.+))?$/.exec(text.replaceAll('−', '-')) ?? []
  const unit = 10 ** (Number(exponent) - decimals.length)
  return Number.isInteger(said) && decimals === '' && exponent === '0'
    ? 1e-6 * Math.max(1, Math.abs(said))
    : 0.501 * unit
}
