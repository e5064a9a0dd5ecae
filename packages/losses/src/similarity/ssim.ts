/** Structural similarity as a loss: differentiable, at one scale and at several. @module */
import { assertInteger, assertNumber, assertRank, assertShape, refusal } from '@gen/backend'
import {
  add,
  addN,
  avgPool,
  depthwiseConv2d,
  div,
  exp,
  log,
  maximum,
  mean,
  mul,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor4d,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'
import { msSsimExponents, ssimWindow } from './ssim-window.ts'

/** Options of {@link ssimLoss}. */
export interface SsimLossOptions {
  /** The values' possible range. @default [0, 1] */
  range?: readonly [number, number]
  /** Width of the window in pixels, odd. @default 11 */
  window?: number
  /** Standard deviation of the Gaussian window in pixels. @default 1.5 */
  sigma?: number
}

/** Options of {@link msSsimLoss}. */
export interface MsSsimLossOptions extends SsimLossOptions {
  /** Exponents of the scales, finest first. @default as many of the paper's five as fit, scaled to sum to 1 */
  weights?: readonly number[]
}

/** What factors below it count as at the coarser powers: the slope of a root at 0 is infinite. */
const smallestFactor = 1e-6

/**
 * `1 − SSIM` of each image, in [0, 2]: 0 for equal images. The mean over channels and over the places where the Gaussian
 * window fits in whole, with K₁ = 0.01 and K₂ = 0.03; the convention of `ssim` in `@gen/metrics`, which is for measuring in
 * float64; this one is for training.
 *
 * @param x - `[batch, height, width, channels]`
 * @param y - Of the same shape.
 * @returns `[batch]`
 * @throws GenError `shape` for different shapes or images smaller than the window; `range` or `value` for options.
 * @see Image quality assessment: from error visibility to structural similarity (Wang et al., 2004)
 * https://doi.org/10.1109/TIP.2003.819861
 * @example
 * const loss = mean(ssimLoss(restored, original))
 */
export function ssimLoss(x: Tensor4D, y: Tensor4D, options: SsimLossOptions = {}): Tensor1D {
  const where = 'losses.ssimLoss'
  const settings = prepare(where, x, y, options, 1)
  return tidy(() => sub(1, mean(similarity(x, y, settings).full, 1)))
}

/**
 * `1 − MS-SSIM` of each image, in [0, 1]: `S_M^(w_M) · Π_{j<M} C_j^(w_j)` with C the contrast–structure factor at scale j and
 * S the whole index at the coarsest, for each channel, then averaged. Scales are halved by means of 2 × 2; an odd last row or
 * column drops out. Factors below 10⁻⁶ count as 10⁻⁶, without gradient. Five scales need images of 176 pixels, two need 22.
 *
 * @param x - `[batch, height, width, channels]`
 * @param y - Of the same shape.
 * @returns `[batch]`
 * @throws GenError as {@link ssimLoss}.
 * @see Multiscale structural similarity for image quality assessment (Wang et al., 2003)
 * https://doi.org/10.1109/ACSSC.2003.1292216
 * @example
 * const loss = mean(msSsimLoss(restored, original))
 */
export function msSsimLoss(x: Tensor4D, y: Tensor4D, { weights, ...options }: MsSsimLossOptions = {}): Tensor1D {
  const where = 'losses.msSsimLoss'
  const exponents = weights ?? msSsimExponents(Math.min(x.shape[1] ?? 0, x.shape[2] ?? 0), options.window ?? 11)
  if (weights?.length === 0) throw refusal('value', where, { expected: 'at least one weight', got: 'none' })
  for (const weight of exponents) assertNumber(where, 'weight', weight, { exclusiveMin: 0 })
  const settings = prepare(where, x, y, options, Math.max(1, exponents.length))
  return tidy(() => {
    let [a, b] = [x, y]
    const logs = exponents.map((weight, scale) => {
      const { full, contrast } = similarity(a, b, settings)
      const last = scale === exponents.length - 1
      if (!last) [a, b] = [avgPool(a, 2, 2, 'valid'), avgPool(b, 2, 2, 'valid')]
      return mul(log(maximum(last ? full : contrast, smallestFactor)), weight)
    })
    return sub(1, mean(exp(addN(logs)), 1))
  })
}

/** The window and the two constants that keep quotients steady. */
interface Settings {
  readonly taps: Float32Array
  /** The middle of the range. */
  readonly center: number
  readonly c1: number
  readonly c2: number
}

/** The index and its contrast–structure factor, means over places: `[batch, channels]`. */
function similarity(x: Tensor4D, y: Tensor4D, settings: Settings): { full: Tensor2D; contrast: Tensor2D } {
  const { taps, center, c1, c2 } = settings
  const blur = (image: Tensor4D) => blurred(image, taps)
  // The mean of the squares minus the square of the mean loses digits with the distance from 0: so it is taken at the center.
  const [a, b] = [sub(x, center) as Tensor4D, sub(y, center) as Tensor4D]
  const [ma, mb] = [blur(a), blur(b)]
  const variances = sub(blur(add(square(a), square(b))), add(square(ma), square(mb)))
  const covariance = sub(blur(mul(a, b)), mul(ma, mb))
  const contrast = div(add(mul(covariance, 2), c2), add(variances, c2))
  // (2μₓμᵧ + c₁)/(μₓ² + μᵧ² + c₁), as what it is less than 1.
  const squares = add(square(add(ma, center)), square(add(mb, center)))
  const luminance = sub(1, div(square(sub(ma, mb)), add(squares, c1)))
  const places = (values: Tensor) => mean(values, [1, 2]) as Tensor2D
  return { full: places(mul(contrast, luminance)), contrast: places(contrast) }
}

/** Weighted means under the window where it fits, channel by channel, along columns and then rows. */
function blurred(image: Tensor4D, taps: Float32Array): Tensor4D {
  const channels = image.shape[3]
  const filter = (shape: [number, number, number, number]) => tile(tensor4d(taps, shape), [1, 1, channels, 1])
  const along = depthwiseConv2d(image, filter([taps.length, 1, 1, 1]), 1, 'valid')
  return depthwiseConv2d(along, filter([1, taps.length, 1, 1]), 1, 'valid')
}

function prepare(
  where: string,
  x: Tensor4D,
  y: Tensor4D,
  { range = [0, 1], window = 11, sigma = 1.5 }: SsimLossOptions,
  scales: number,
): Settings {
  assertRank(where, 'x', x, 4, 'pass images as [batch, height, width, channels]')
  assertShape(where, 'y', y, x.shape)
  assertInteger(where, 'window', window, { min: 1 })
  assertNumber(where, 'sigma', sigma, { exclusiveMin: 0 })
  const width = range[1] - range[0]
  if (!(width > 0)) throw refusal('range', where, { expected: 'range [low, high]', got: `[${range.join(', ')}]` })
  if (window % 2 === 0)
    throw refusal('value', where, { expected: 'an odd window', got: window, remedy: `pass ${window + 1}` })
  const smallest = window * 2 ** (scales - 1)
  if (Math.min(x.shape[1], x.shape[2]) < smallest) {
    const expected = `images of at least ${smallest} × ${smallest} for ${scales} scale(s) of a window of ${window}`
    const got = `${x.shape[1]} × ${x.shape[2]}`
    throw refusal('shape', where, { expected, got, remedy: 'pass a smaller window or fewer weights' })
  }
  const center = (range[0] + range[1]) / 2
  return {
    taps: Float32Array.from(ssimWindow(window, sigma)),
    center,
    c1: (0.01 * width) ** 2,
    c2: (0.03 * width) ** 2,
  }
}
