/** Augmentation that the generator's gradient goes through. @module */
import { assertKey, assertRank, fold, type Key, randint, refusal, uniform } from '@gen/backend'
import {
  abs,
  add,
  cast,
  equal,
  less,
  matMul,
  mean,
  mul,
  range,
  reshape,
  sub,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'

/** Brightness, saturation and contrast; shifts by up to an eighth; a gray square of half the side. */
export type Augmentation = 'color' | 'translation' | 'cutout'

/** All augmentations, in the order in which they are applied. */
export const augmentations: readonly Augmentation[] = ['color', 'translation', 'cutout']

const methods: Record<Augmentation, (x: Tensor4D, k: Key) => Tensor4D> = { color, translation, cutout }

/**
 * Augments images `[batch, h, w, c]` in [−1, 1], each by its own numbers: row i depends only on (k, i). As discriminator and
 * generator both are judged through it, the samples themselves do not become augmented. Twice differentiable in x.
 *
 * @throws GenError `shape` for other ranks, `config` for an unknown augmentation.
 * @see Differentiable augmentation for data-efficient GAN training (Zhao et al., 2020) https://arxiv.org/abs/2006.10738
 * @example
 * const seen = augment(images, ['translation', 'cutout'], key(0))
 */
export function augment(x: Tensor, names: readonly Augmentation[], k: Key): Tensor4D {
  assertRank('gan.augment', 'x', x, 4, 'augment images only')
  assertAugmentations('gan.augment', names)
  assertKey('gan.augment', 'k', k)
  return tidy(() => {
    const chosen = augmentations.filter((name) => names.includes(name))
    const end = chosen.reduce(
      (images, name) => methods[name](images, fold(k, augmentations.indexOf(name))),
      x as Tensor4D,
    )
    return chosen.length === 0 ? end.clone() : end
  })
}

/** Refuses names that are none. */
export function assertAugmentations(where: string, names: readonly string[]): void {
  const unknown = names.find((name) => !(augmentations as readonly string[]).includes(name))
  if (unknown === undefined) return
  throw refusal('config', where, { expected: `augmentations ${augmentations.join(', ')}`, got: unknown })
}

/** Brightness by ±½, saturation times 0 … 2, contrast times ½ … 1½. */
function color(x: Tensor4D, k: Key): Tensor4D {
  const [batch, , , channels] = x.shape
  const factor = (i: number, min: number, max: number) => uniform(fold(k, i), [batch, 1, 1, 1], { min, max })
  const spread = (images: Tensor, axes: number | number[], by: Tensor) => {
    const center = mean(images, axes, true)
    return add(mul(sub(images, center), by), center)
  }
  const bright = add(x, factor(0, -0.5, 0.5))
  const saturated = channels === 1 ? bright : spread(bright, 3, factor(1, 0, 2))
  return spread(saturated, [1, 2, 3], factor(2, 0.5, 1.5)) as Tensor4D
}

/** Shifts by up to an eighth of each side; zeros come in. */
function translation(x: Tensor4D, k: Key): Tensor4D {
  const [batch, height, width, channels] = x.shape
  const down = matMul(shifts(fold(k, 0), batch, height), reshape(x, [batch, height, width * channels]))
  const turned = transpose(reshape(down, x.shape), [0, 2, 1, 3])
  const across = matMul(shifts(fold(k, 1), batch, width), reshape(turned, [batch, width, height * channels]))
  return transpose(reshape(across, [batch, width, height, channels]), [0, 2, 1, 3])
}

/** `[batch, n, n]`: ones at (i, i − s), s drawn for each row. A product with it is differentiable as often as one likes. */
function shifts(k: Key, batch: number, n: number): Tensor3D {
  const most = Math.round(n / 8)
  const shift = cast(randint(k, [batch, 1, 1], { min: -most, max: most + 1 }), 'float32')
  const places = range(0, n)
  const distance = sub(reshape(places, [1, n, 1]), reshape(places, [1, 1, n]))
  return cast(equal(distance, shift), 'float32')
}

/** Zeros in a square of half the side whose center is anywhere. */
function cutout(x: Tensor4D, k: Key): Tensor4D {
  const [batch, height, width] = x.shape
  const rows = reshape(inside(fold(k, 0), batch, height), [batch, height, 1, 1])
  const columns = reshape(inside(fold(k, 1), batch, width), [batch, 1, width, 1])
  return mul(x, sub(1, mul(rows, columns)))
}

/** `[batch, n]`: ones at the ⌊n/2⌋ or so places around a center drawn for each row. */
function inside(k: Key, batch: number, n: number): Tensor {
  const center = cast(randint(k, [batch, 1], { max: n + 1 }), 'float32')
  return cast(less(abs(sub(add(range(0, n), 0.5), center)), n / 4), 'float32')
}
