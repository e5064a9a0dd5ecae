/** A question about a picture: what is known of each pixel. Asked in training and on the page alike. @module */
import { gray } from '@gen/data'
import type { Keep } from '@gen/diffusion'
import { add, concat, maximum, mul, sub, type Tensor4D, tensor4d, tidy, tile } from '@tensorflow/tfjs-core'
import { cells, type Hole, pixels } from './view.ts'

/** Channels of what a network is told. */
export const toldChannels = 6

/** What is known of pixels, `[n, 32, 32, 1]` each of 0 and 1: all three colors, or at least the brightness. */
export interface Known {
  readonly colors: Tensor4D
  readonly brightness: Tensor4D
}

/** What a hole leaves of one picture; the caller owns it. */
export function knownBeside(hole: Hole, missing: 'everything' | 'colors'): Known {
  const side = pixels / cells
  const known = Array.from({ length: pixels ** 2 }, (_, at) => {
    const [row, column] = [Math.floor(at / pixels / side), Math.floor((at % pixels) / side)]
    return 1 - hole[row * cells + column]!
  })
  const mask = (values: number[]) => tensor4d(values, [1, pixels, pixels, 1])
  return { colors: mask(known), brightness: mask(missing === 'colors' ? known.map(() => 1) : known) }
}

/** What networks are told, `[n, 32, 32, 6]`: the colors that are known, the brightness that is known, and where each is. */
export function told(faces: Tensor4D, { colors, brightness }: Known): Tensor4D {
  return tidy(() => {
    const lit = maximum(colors, brightness)
    const masks = [colors, lit].map((mask) =>
      mask.shape[0] === faces.shape[0] ? mask : tile(mask, [faces.shape[0], 1, 1, 1]),
    )
    return concat([mul(faces, colors), mul(gray(faces), lit), ...masks], 3) as Tensor4D
  })
}

/** Shares of red, green and blue in the brightness, as `gray` has them. */
const shares = [0.299, 0.587, 0.114]
const square = shares.reduce((total, share) => total + share ** 2, 0)

/** Puts what is known of a face into pictures: colors where they are, elsewhere the brightness where that is. */
export function keepOf(face: Tensor4D, { colors, brightness }: Known): Keep {
  return (x) =>
    tidy(() => {
      const bright = mul(mul(mul(sub(gray(face), gray(x)), brightness), 1 / square), shares)
      return add(mul(face, colors), mul(add(x, bright), sub(1, colors)))
    })
}
