/** Augmentation that does not leak: the network is told of it, and sampled without. @module */
import { assertNumber, type JsonObject, type Key, normalArray, refusal, split, uniformArray } from '@gen/backend'
import { matMul, reshape, type Tensor, type Tensor2D, tensor, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core'
import { type AxisChange, writeAxisMap } from './axis-map.ts'

/** Options of {@link imageAugmentation}. */
export interface ImageAugmentationOptions {
  /** How often each change is made, apart from mirroring left and right. @default 0.12 */
  probability?: number
  /** Mirroring: every second image left and right (`x`), and top and bottom as often as other changes (`xy`). @default 'x' */
  flips?: 'none' | 'x' | 'xy'
  /** Standard deviation of log₂ of the size; 0 leaves it. @default 0.2 */
  scale?: number
  /** Standard deviation of log₂ of the width, while the height shrinks as much; 0 leaves them. @default 0.2 */
  stretch?: number
  /** Standard deviation of the shift, as a share of the side; 0 leaves it. @default 0.125 */
  shift?: number
}

/** Changed images, and what was changed. */
export interface Augmented {
  readonly x: Tensor
  /** `[batch, size]`, zeros for images that are as they were. */
  readonly labels: Tensor2D
}

/** Changes images in training, and says how. */
export interface ImageAugmentation {
  /** What it is made from again, as plain JSON. */
  readonly config: JsonObject & { readonly kind: string }
  /** Numbers that say how an image was changed. */
  readonly size: number
  /** Changes images `[batch, height, width, channels]`; row i follows from (key, i). Runs in a `tidy`. */
  apply(x: Tensor, k: Key): Augmented
}

/**
 * EDM's augmentation of images, less rotations and colors: mirroring, size, stretch and shift, each with some probability, with linear interpolation and mirrored borders. The
 * network is told the six numbers (mirrored left-right, top-bottom, log₂ size, log₂ stretch, shifts) and sampled with zeros, so that its samples are of the data as they are, while it learns from more:
 * `unet({ …, augmentation: 6 })`.
 *
 * @throws GenError `range` unless 0 ≤ probability ≤ 1 and the deviations are in [0, 1]; `config` for other flips.
 * @see Elucidating the design space of diffusion-based generative models (Karras et al., 2022), appendix F.2 https://arxiv.org/abs/2206.00364
 * @see Training generative adversarial networks with limited data (Karras et al., 2020), which it goes back to https://arxiv.org/abs/2006.06676
 * @example
 * const { x, labels } = imageAugmentation().apply(ones([4, 8, 8, 3]), key(0))
 * labels.shape // [4, 6]
 */
export function imageAugmentation({
  probability = 0.12,
  flips = 'x',
  scale = 0.2,
  stretch = 0.2,
  shift = 0.125,
}: ImageAugmentationOptions = {}): ImageAugmentation {
  const where = 'diffusion.imageAugmentation'
  assertNumber(where, 'probability', probability, { min: 0, max: 1 })
  for (const [name, value] of Object.entries({ scale, stretch, shift }))
    assertNumber(where, name, value, { min: 0, max: 1 })
  if (!flipKinds.includes(flips)) {
    throw refusal('config', where, { expected: `flips ${flipKinds.join(', ')}`, got: JSON.stringify(flips) })
  }
  const settings = { probability, flips, scale, stretch, shift }
  return { config: { kind: 'image', ...settings }, size, apply: (x, k) => apply(x, k, settings) }
}

/** All values of `flips`. */
export const flipKinds: readonly ('none' | 'x' | 'xy')[] = ['none', 'x', 'xy']

/** Mirrored left-right, top-bottom, log₂ size, log₂ stretch, shift down and right. */
const size = 6

function apply(x: Tensor, k: Key, settings: Required<ImageAugmentationOptions>): Augmented {
  const [rows, height, width, channels] = x.shape as [number, number, number, number]
  const numbers = drawn(rows, k, settings)
  const [down, right] = [new Float32Array(rows * height * height), new Float32Array(rows * width * width)]
  for (let row = 0; row < rows; row++) {
    const { vertical, horizontal } = changes(numbers.subarray(row * size, row * size + size), height, width)
    writeAxisMap(down.subarray(row * height * height, (row + 1) * height * height), height, vertical)
    writeAxisMap(right.subarray(row * width * width, (row + 1) * width * width), width, horizontal)
  }
  return tidy(() => {
    const lines = matMul(tensor(down, [rows, height, height]), reshape(x, [rows, height, width * channels]))
    // Columns to the front, to be multiplied as the lines were.
    const columns = transpose(reshape(lines, [rows, height, width, channels]), [0, 2, 1, 3])
    const moved = matMul(tensor(right, [rows, width, width]), reshape(columns, [rows, width, height * channels]))
    const changed = transpose(reshape(moved, [rows, width, height, channels]), [0, 2, 1, 3])
    return { x: changed, labels: tensor2d(numbers, [rows, size]) }
  })
}

/** The six numbers of each row. */
function drawn(
  rows: number,
  k: Key,
  { probability, flips, scale, stretch, shift }: Required<ImageAugmentationOptions>,
) {
  const [forChance, forSize] = split(k)
  const chance = uniformArray(forChance!, rows, size)
  const normals = normalArray(forSize!, rows, size)
  const often = [flips === 'none' ? 0 : 0.5, flips === 'xy' ? probability / 2 : 0]
  const spread = [0, 0, scale, stretch, shift, shift]
  return Float32Array.from(chance, (u, i) => {
    const place = i % size
    if (place < 2) return u < often[place]! ? 1 : 0
    // Both shifts are made or none, by the chance of the first.
    const made = (place === 5 ? chance[i - 1]! : u) < probability
    return made ? spread[place]! * normals[i]! : 0
  })
}

/** What six numbers mean for the axes of an image. */
function changes(
  [mirrored, turned, grown, stretched, down, right]: Float32Array,
  height: number,
  width: number,
): { vertical: AxisChange; horizontal: AxisChange } {
  return {
    vertical: { flip: turned === 1, scale: 2 ** (grown! - stretched!), shift: down! * height },
    horizontal: { flip: mirrored === 1, scale: 2 ** (grown! + stretched!), shift: right! * width },
  }
}
