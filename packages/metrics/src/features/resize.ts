/** Resizing for metrics, where the filter changes the score. @module */
import { assertInteger, assertRank } from '@gen/backend'
import { image, matMul, reshape, type Tensor3D, type Tensor4D, tensor3d, tidy } from '@tensorflow/tfjs-core'

/**
 * How images are resized. `bilinear` is PyTorch's and pytorch-fid's: it skips pixels when it shrinks (aliasing). The
 * `antialias` ones widen the filter by the scale, as Pillow does; `antialias-bicubic` is clean-fid's.
 */
export type Resizer = 'none' | 'bilinear' | 'antialias-bilinear' | 'antialias-bicubic'

const filters = {
  'antialias-bilinear': { support: 1, weight: (t: number) => Math.max(0, 1 - t) },
  'antialias-bicubic': { support: 2, weight: cubic },
}

/**
 * Resizes images `[batch, height, width, channels]` by a stated filter; pixel centers stand at half integers.
 *
 * @throws GenError `shape` for other ranks; `range` for sizes below 1.
 * @see On aliased resizing and surprising subtleties in GAN evaluation (Parmar et al., 2022)
 * https://arxiv.org/abs/2104.11222
 * @example
 * const small = resizeImages(images, [14, 14], 'antialias-bicubic')
 */
export function resizeImages(
  images: Tensor4D,
  size: readonly [number, number],
  resizer: Exclude<Resizer, 'none'>,
): Tensor4D {
  const where = 'metrics.resizeImages'
  assertRank(where, 'images', images, 4)
  const [rows, columns] = size
  assertInteger(where, 'height', rows, { min: 1 })
  assertInteger(where, 'width', columns, { min: 1 })
  return tidy(() => {
    if (resizer === 'bilinear') return image.resizeBilinear(images, [rows, columns], false, true)
    const [batch, height, width, channels] = images.shape
    const down = resampling(height, rows, resizer)
    const across = resampling(width, columns, resizer)
    const tall = matMul(down, reshape(images, [batch, height, width * channels]))
    const wide = matMul(across, reshape(tall, [batch * rows, width, channels]))
    return reshape(wide, [batch, rows, columns, channels])
  })
}

/** The matrix `[1, to, from]` that resamples a line. */
function resampling(from: number, to: number, resizer: keyof typeof filters): Tensor3D {
  const { support, weight } = filters[resizer]
  const scale = from / to
  const stretch = Math.max(1, scale)
  const data = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale
    const first = Math.max(0, Math.floor(center - support * stretch + 0.5))
    const last = Math.min(from, Math.floor(center + support * stretch + 0.5))
    const weights = Array.from({ length: last - first }, (_, k) => weight(Math.abs(first + k + 0.5 - center) / stretch))
    const sum = weights.reduce((total, w) => total + w, 0)
    weights.forEach((w, k) => {
      data[i * from + first + k] = w / sum
    })
  }
  return tensor3d(data, [1, to, from])
}

/** Keys' cubic with a = −1/2, as Pillow's. */
function cubic(t: number): number {
  const a = -0.5
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0
}
