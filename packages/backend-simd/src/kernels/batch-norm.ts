/** Batch normalization, with given moments or with the batch's own and a leaky ReLU; code in `assembly/batch-norm.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { genKernel } from './gen-kernel.ts'
import { fastKernel } from './kernel.ts'
import { withTemporary } from './temporary.ts'
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

/** What a channel is normalized with: addresses of mean, variance, scale, offset; 0 for none. */
type Parameters = readonly [mean: number, variance: number, scale: number, offset: number]

/** Scale over deviation, offset, and what gradients take off, of each channel. */
function withFactors(
  backend: SimdBackend,
  { rows, channels }: Rows,
  [, ...parameters]: Parameters,
  epsilon: number,
  use: (factors: number) => void,
  gradients: readonly number[] = [0, 0],
): void {
  withTemporary(backend, 4 * channels, (factors) => {
    backend.run('batchNormFactors', 1, factors, channels, ...parameters, floatBits(epsilon), rows, ...gradients)
    use(factors)
  })
}

function normalize(backend: SimdBackend, x: TensorInfo, parameters: Parameters, epsilon: number, slope: number) {
  const y = backend.output(x.shape, 'float32')
  const { rows, channels } = rowsOf(x)
  if (rows === 0) return y
  withFactors(backend, { rows, channels }, parameters, epsilon, (factors) => {
    const words = [backend.pointer(x), backend.pointer(y), rows, channels, parameters[0], factors, floatBits(slope)]
    backend.run('batchNormRows', backend.chunks(rows * channels, grain), ...words)
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
  const parts = backend.chunks(rows * channels, grain)
  withTemporary(backend, 2 * parts * channels, (sums) => {
    const average = (kernel: string, to: TensorInfo, ...around: number[]) => {
      backend.scratch(4 * channels, (scratch, stride) => {
        backend.run(kernel, parts, backend.pointer(x), sums, rows, channels, scratch, stride, ...around)
      })
      backend.run('sumOfColumnParts', 1, sums, backend.pointer(to), channels, parts, floatBits(1 / rows))
    }
    average('batchNormTotals', mean)
    average('batchNormSquares', variance, backend.pointer(mean))
  })
  return [mean, variance]
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
  const [x, g, mean, variance] = [x0, dy, s0, s1].map((info) => backend.pointer(info)) as [
    number,
    number,
    number,
    number,
  ]
  const parameters: Parameters = [mean, variance, backend.pointer(x1), backend.pointer(x2)]
  const gradients = [dOffset, dScale].map((info) => backend.pointer(info))
  const parts = backend.chunks(rows * channels, grain)
  const size = { rows, channels }
  withFactors(backend, size, parameters, epsilon, (factors) =>
    withTemporary(backend, 4 * parts * channels, (sums) => {
      backend.scratch(8 * channels, (scratch, stride) => {
        const words = [sums, parts, rows, channels, mean, factors, floatBits(slope), scratch, stride]
        backend.run('batchNormGradSums', parts, x, g, ...words)
      })
      backend.run('batchNormGradParts', 1, sums, parts, channels, variance, floatBits(epsilon), ...gradients)
    }),
  )
  const rest = (factors: number) =>
    backend.run('batchNormGradRows', parts, x, g, backend.pointer(dx), rows, channels, mean, factors, floatBits(slope))
  withFactors(backend, size, parameters, epsilon, rest, gradients)
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
