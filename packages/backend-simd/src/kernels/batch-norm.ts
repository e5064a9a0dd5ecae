/** Batch normalization, with given moments or with the batch's own and a leaky ReLU; code in `assembly/batch-norm.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { genKernel } from './gen-kernel.ts'
import { fastKernel } from './kernel.ts'
import { sumInto } from './sum.ts'
import { filled } from './views.ts'

/** Elements worth a chunk. */
const grain = 16384

interface Rows {
  readonly rows: number
  readonly channels: number
}

function rowsOf({ shape }: TensorInfo): Rows {
  const channels = shape.at(-1) ?? 1
  return { rows: util.sizeFromShape(shape) / channels, channels }
}

/** What a channel is normalized with: mean, variance, scale, offset; 0 for none. */
type Parameters = readonly [mean: number, variance: number, scale: number, offset: number]

function normalize(backend: SimdBackend, x: TensorInfo, parameters: Parameters, epsilon: number, slope: number) {
  const y = backend.output(x.shape, 'float32')
  const { rows, channels } = rowsOf(x)
  if (rows === 0) return y
  const words = [backend.pointer(x), backend.pointer(y), rows, channels, ...parameters]
  backend.scratch(8 * channels, (scratch, stride) => {
    const chunks = backend.chunks(rows * channels, grain)
    backend.run('batchNormRows', chunks, ...words, floatBits(epsilon), floatBits(slope), scratch, stride)
  })
  return y
}

interface GivenMoments {
  x: TensorInfo
  mean: TensorInfo
  variance: TensorInfo
  scale?: TensorInfo
  offset?: TensorInfo
}

const fusedBatchNorm = fastKernel<GivenMoments, { varianceEpsilon?: number }>(
  'FusedBatchNorm',
  ({ inputs: { x, mean, variance, scale, offset }, attrs: { varianceEpsilon = 0.001 }, backend }) => {
    const channels = x.shape.at(-1) ?? 1
    const given = [mean, variance, scale, offset].filter((tensor) => tensor !== undefined && tensor !== null)
    const perChannel = ({ dtype, shape }: TensorInfo) =>
      dtype === 'float32' && util.sizeFromShape(shape) === channels && shape.at(-1) === channels
    if (x.dtype !== 'float32' || channels === 0 || !given.every(perChannel)) return null
    const pointers = [mean, variance, scale, offset].map((tensor) => (tensor ? backend.pointer(tensor) : 0))
    return normalize(backend, x, pointers as unknown as Parameters, varianceEpsilon, 1)
  },
)

interface Attributes {
  readonly epsilon: number
  readonly slope: number
}

interface Inputs {
  readonly x0: TensorInfo
  readonly x1: TensorInfo
  readonly x2: TensorInfo
}

/** The batch's own mean and variance of each channel. */
function momentsOf(backend: SimdBackend, x: TensorInfo): [mean: TensorInfo, variance: TensorInfo] {
  const { rows, channels } = rowsOf(x)
  if (rows * channels === 0) {
    return [filled(backend, [channels], 0, 'float32'), filled(backend, [channels], 0, 'float32')]
  }
  const [mean, variance] = [backend.output([channels], 'float32'), backend.output([channels], 'float32')]
  sumInto(backend, x, mean, { outer: 1, count: rows, inner: channels }, 1 / rows)
  const parts = backend.chunks(rows * channels, grain)
  withSums(backend, parts * channels, (sums) => {
    backend.scratch(32, (scratch, stride) => {
      const words = [backend.pointer(x), sums, rows, channels, backend.pointer(mean)]
      backend.run('batchNormSquares', parts, ...words, scratch, stride)
    })
    backend.run('sumOfColumnParts', 1, sums, backend.pointer(variance), channels, parts, floatBits(1 / rows))
  })
  return [mean, variance]
}

/** Room for so many float64. */
function withSums(backend: SimdBackend, count: number, use: (sums: number) => void): void {
  const sums = backend.output([2 * count], 'float32')
  use(backend.pointer(sums))
  backend.disposeIntermediateTensorInfo(sums)
}

function forward({ x0, x1, x2 }: Inputs, { epsilon, slope }: Attributes, backend: SimdBackend): TensorInfo[] {
  const moments = momentsOf(backend, x0)
  const parameters = [...moments, x1, x2].map((info) => backend.pointer(info)) as unknown as Parameters
  return [normalize(backend, x0, parameters, epsilon, slope), ...moments]
}

type GradientInputs = Inputs & { readonly dy: TensorInfo; readonly s0: TensorInfo; readonly s1: TensorInfo }

function backward(inputs: GradientInputs, { epsilon, slope }: Attributes, backend: SimdBackend): TensorInfo[] {
  const { x0, x1, x2, dy, s0, s1 } = inputs
  const { rows, channels } = rowsOf(x0)
  const dx = backend.output(x0.shape, 'float32')
  if (rows * channels === 0) {
    return [dx, filled(backend, [channels], 0, 'float32'), filled(backend, [channels], 0, 'float32')]
  }
  const [dScale, dOffset] = [backend.output([channels], 'float32'), backend.output([channels], 'float32')]
  const [x, g, variance] = [x0, dy, s1].map((info) => backend.pointer(info)) as [number, number, number]
  const given = [s0, s1, x1, x2].map((info) => backend.pointer(info))
  const shape = [rows, channels, ...given, floatBits(epsilon), floatBits(slope)]
  const parts = backend.chunks(rows * channels, grain)
  const results = [dOffset, dScale].map((info) => backend.pointer(info))
  withSums(backend, 2 * parts * channels, (sums) => {
    backend.scratch(64 + 8 * channels, (scratch, stride) => {
      backend.run('batchNormGradSums', parts, x, g, sums, parts, ...shape, scratch, stride)
    })
    backend.run('batchNormGradParts', 1, sums, parts, channels, variance, floatBits(epsilon), ...results)
  })
  backend.scratch(16 * channels, (scratch, stride) => {
    const words = [x, g, backend.pointer(dx), ...shape, ...results]
    backend.run('batchNormGradRows', parts, ...words, scratch, stride)
  })
  return [dx, dScale, dOffset]
}

function shapeOf(name: string, { x0 }: Inputs): readonly number[] {
  return name === 'dy' || name === 'x0' ? x0.shape : [x0.shape.at(-1) ?? 1]
}

/** tfjs's with given moments; `GenBatchNorm` and `GenBatchNormGrad` of `@gen/backend`. */
export const batchNormKernels: KernelConfig[] = [
  fusedBatchNorm,
  genKernel<Inputs, Attributes>('GenBatchNorm', shapeOf, ({ inputs, attrs, backend }) =>
    forward(inputs, attrs, backend),
  ),
  genKernel<GradientInputs, Attributes>('GenBatchNormGrad', shapeOf, ({ inputs, attrs, backend }) =>
    backward(inputs, attrs, backend),
  ),
]
