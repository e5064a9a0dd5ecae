/** Gradients of resizing images: the transpose of the map that {@link Taps} describe, first along the width, then the height. @module */
import { type KernelFunc, matMul, reshape, type Tensor, type TensorInfo, tensor3d, tidy } from '@tensorflow/tfjs-core'
import type { ResizeOptions, Taps, TapsOf } from './resize-taps.ts'

interface ArrayBackend {
  readSync(dataId: object): Float32Array
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): TensorInfo
}

/**
 * The kernel for tfjs-backend-cpu. Its own ignores half-pixel centers; the bilinear one exchanges height and width and
 * never ends with the corners of one pixel; the nearest one takes all but the first image from the wrong place.
 */
export function resizeGradientOnCpu(tapsOf: TapsOf): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const { dy, images } = inputs as { dy: TensorInfo; images: TensorInfo }
    const options = attrs as unknown as ResizeOptions
    const [batch, height, width, channels] = images.shape as [number, number, number, number]
    const [, rows, columns] = dy.shape as [number, number, number, number]
    const { readSync, makeTensorInfo } = backend as ArrayBackend
    const values = readSync.call(backend, dy.dataId)
    const wide = spreadBack(values, tapsOf(width, columns, options), [batch * rows, width, channels])
    const whole = spreadBack(wide, tapsOf(height, rows, options), [batch, height, width * channels])
    return makeTensorInfo.call(backend, images.shape, 'float32', whole)
  }
}

/** Adds each of `values` [outer, taps, inner] to the pixels it was made of, in a new array [outer, extent, inner]. */
function spreadBack(
  values: Float32Array,
  { low, high, weight }: Taps,
  [outer, extent, inner]: [outer: number, extent: number, inner: number],
): Float32Array {
  const result = new Float32Array(outer * extent * inner)
  let place = 0
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < low.length; i++) {
      const before = (o * extent + low[i]!) * inner
      const after = (o * extent + high[i]!) * inner
      const share = weight[i]!
      for (let c = 0; c < inner; c++) {
        const value = values[place++]!
        result[before + c]! += (1 - share) * value
        if (share !== 0) result[after + c]! += share * value
      }
    }
  }
  return result
}

/**
 * The kernel for GPUs, whose own ignore half-pixel centers, and divide by 0 for the corners of one pixel: there two matrix
 * products, else the original.
 */
export function byMatrices(tapsOf: TapsOf): (original: KernelFunc) => KernelFunc {
  return (original) => (call) => {
    const options = call.attrs as unknown as ResizeOptions
    const { dy, images } = call.inputs as { dy: Tensor; images: TensorInfo }
    const [batch, height, width, channels] = images.shape as [number, number, number, number]
    const pixel = options.alignCorners && (height === 1 || width === 1)
    if (!options.halfPixelCenters && !pixel) return original(call)
    const [, rows, columns] = dy.shape as [number, number, number, number]
    return tidy(() => {
      const across = matMul(
        matrixOf(tapsOf(width, columns, options), width),
        reshape(dy, [batch * rows, columns, channels]),
        true,
      )
      const down = matMul(
        matrixOf(tapsOf(height, rows, options), height),
        reshape(across, [batch, rows, width * channels]),
        true,
      )
      return reshape(down, images.shape)
    })
  }
}

function matrixOf({ low, high, weight }: Taps, extent: number): Tensor {
  const values = new Float32Array(low.length * extent)
  for (const [i, share] of weight.entries()) {
    values[i * extent + low[i]!]! += 1 - share
    values[i * extent + high[i]!]! += share
  }
  return tensor3d(values, [1, low.length, extent])
}
