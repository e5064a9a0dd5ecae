/** Codes moved along a direction, as images. @module */
import { refusal } from '@gen/backend'
import { type Direction, type LatentModel, moveBy } from '@gen/latent-tools'
import {
  concat,
  expandDims,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  unstack,
} from '@tensorflow/tfjs-core'

/** How far each picture of an example is from it, in deviations: from −reach to reach in equal steps. */
export function editAmounts(steps: number, reach: number): number[] {
  return Array.from({ length: steps }, (_, i) => (reach * (2 * i - (steps - 1))) / (steps - 1))
}

/** Standard deviation of the codes along a direction: spaces differ in scale. */
export async function spreadAlong(z: Tensor2D, { normal }: Direction): Promise<number> {
  const along = (await z.array()).map((code) => code.reduce((sum, value, k) => sum + value * normal[k]!, 0))
  const mean = along.reduce((sum, value) => sum + value, 0) / along.length
  return Math.sqrt(along.reduce((sum, value) => sum + (value - mean) ** 2, 0) / along.length)
}

/** Each code moved by all lengths, one code after the other. */
export function movedCodes(codes: Tensor2D, direction: Direction, lengths: readonly number[]): Tensor2D {
  return tidy(() => {
    const rows = unstack(codes).map((code) => expandDims(code, 0) as Tensor2D)
    return concat(rows.flatMap((row) => lengths.map((length) => moveBy(row, direction, length))))
  })
}

/** Example by example: first itself, then its edits. */
export function withExamples(examples: Tensor4D, edits: Tensor4D): Tensor4D {
  return tidy(() => {
    const each = edits.shape[0] / examples.shape[0]
    const groups = unstack(examples).flatMap((example, i) => [
      expandDims(example, 0) as Tensor4D,
      slice(edits, [i * each, 0, 0, 0], [each, -1, -1, -1]),
    ])
    return concat(groups)
  })
}

/** Codes decoded at once. */
const atOnce = 64

/**
 * Decodes codes some at a time.
 *
 * @throws GenError 'shape' for a model that does not make images.
 */
export async function decodedImages(latent: LatentModel, codes: Tensor2D): Promise<Tensor4D> {
  const parts: Tensor[] = []
  try {
    for (let start = 0; start < codes.shape[0]; start += atOnce) {
      const some = slice(codes, [start, 0], [Math.min(atOnce, codes.shape[0] - start), -1])
      try {
        parts.push(await latent.decode(some))
      } finally {
        some.dispose()
      }
    }
    const [first] = parts
    if (first?.rank !== 4) {
      throw refusal('shape', 'gen edit', {
        expected: 'a model of images',
        got: `one of [${first?.shape.slice(1).join(', ')}]`,
      })
    }
    return concat(parts as Tensor4D[])
  } finally {
    for (const part of parts) part.dispose()
  }
}
