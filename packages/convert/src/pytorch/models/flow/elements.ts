/** Numbers of events as literals of Python. @module */
import { float } from '../../python-float.ts'

/** How many numbers an event has. */
export const sizeOf = (event: readonly number[]): number => event.reduce((product, n) => product * n, 1)

/** A list in Python. */
export const listText = (values: readonly (number | string)[]): string => `[${values.join(', ')}]`

/** One number, or one for each element as nested lists, channels first. */
export function elements(values: number | readonly number[], event: readonly number[]): string {
  if (typeof values === 'number') return float(values)
  const channels = event.at(-1) ?? 1
  const nested = (places: readonly number[], at: number, step: number): string => {
    const [size, ...rest] = places
    if (size === undefined) return float(values[at] ?? 0)
    const stride = sizeOf(rest) * step
    return listText(Array.from({ length: size }, (_, i) => nested(rest, at + i * stride, step)))
  }
  if (event.length === 1) return nested(event, 0, 1)
  return listText(Array.from({ length: channels }, (_, channel) => nested(event.slice(0, -1), channel, channels)))
}
