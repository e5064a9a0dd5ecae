/** Space to depth and back. @module */
import { reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core'

/** `[b, h, w, f²·c]` → `[b, f·h, f·w, c]`; `[b, n, f·c]` → `[b, f·n, c]`. Differentiable as often as one likes. */
export function depthToPositions(x: Tensor, factor: number): Tensor {
  if (x.shape.length === 3) {
    const [b, n, c] = x.shape as [number, number, number]
    return reshape(x, [b, n * factor, c / factor])
  }
  const [b, h, w, c] = x.shape as [number, number, number, number]
  const row = c / factor
  return tidy(() => {
    const blocks = transpose(reshape(x, [b * h, w, factor, row]), [0, 2, 1, 3])
    return reshape(blocks, [b, h * factor, w * factor, row / factor])
  })
}

/** `[b, h, w, c]` → `[b, h/f, w/f, f²·c]`; `[b, n, c]` → `[b, n/f, f·c]`: undoes {@link depthToPositions}. */
export function positionsToDepth(x: Tensor, factor: number): Tensor {
  if (x.shape.length === 3) {
    const [b, n, c] = x.shape as [number, number, number]
    return reshape(x, [b, n / factor, c * factor])
  }
  const [b, h, w, c] = x.shape as [number, number, number, number]
  return tidy(() => {
    const blocks = transpose(reshape(x, [(b * h) / factor, factor, w / factor, factor * c]), [0, 2, 1, 3])
    return reshape(blocks, [b, h / factor, w / factor, factor * factor * c])
  })
}
