/** How large things may be: said before anything of that size is drawn. @module */
import { GenError } from '@gen/backend'

/** Numbers in a batch of a step: 64 MB, of which a network makes many times as much. */
export const mostInBatch: number = 2 ** 24
/** Numbers in samples or examples that are held at once: half a gigabyte. */
export const mostHeld: number = 2 ** 27
/** Weights of a model: 400 MB, and as much again for each of gradient, average and two moments. */
export const mostParameters = 100_000_000

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)
const shown = (count: number): string => count.toLocaleString('en', { maximumFractionDigits: 0 })

/**
 * Checks that so many items of a shape find room.
 *
 * @throws GenError 'range' naming the flag and the largest value for items of this shape.
 * @example
 * assertRoom('gen sample', '--count', 64, [28, 28, 1], mostHeld)
 */
export function assertRoom(command: string, flag: string, count: number, shape: readonly number[], most: number): void {
  const limit = Math.max(1, Math.floor(most / sizeOf(shape)))
  if (count <= limit) return
  const expected = `${flag} to be at most ${limit} for items of [${shape.join(', ')}]`
  throw new GenError('range', `${command}: expected ${expected}, got ${count}; pass a smaller one`)
}

/**
 * Checks that a model of about so many weights finds room, before they are drawn.
 *
 * @throws GenError 'range' naming the flags to turn down.
 */
export function assertParameters(command: string, flags: string, estimate: number): void {
  if (estimate <= mostParameters) return
  throw new GenError(
    'range',
    `${command}: expected a model of at most ${shown(mostParameters)} weights, got about ${shown(estimate)}; pass smaller ${flags}`,
  )
}

/** Weights of dense layers, or of convolutions of `taps` pixels, one after the other. */
export function weightsOf(widths: readonly number[], taps = 1): number {
  let sum = 0
  for (let i = 1; i < widths.length; i++) sum += taps * widths[i - 1]! * widths[i]!
  return sum
}

/** Weights between items of a shape and codes, through layers of these widths: dense ones, or convolutions that halve the sides. */
export function encoderWeights(
  shape: readonly number[],
  latent: number,
  widths: readonly number[],
  dense: boolean,
): number {
  if (dense) return weightsOf([sizeOf(shape), ...widths, latent])
  const [height = 1, width = 1, channels = 1] = shape
  const side = (n: number): number => Math.ceil(n / 2 ** widths.length)
  const last = side(height) * side(width) * (widths.at(-1) ?? channels)
  return weightsOf([channels, ...widths], 9) + last * latent
}
