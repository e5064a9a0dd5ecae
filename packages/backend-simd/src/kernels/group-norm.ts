/** Group normalization with SiLU fused in, and its gradient; code in `assembly/group-norm.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { genKernel } from './gen-kernel.ts'
import { filled } from './views.ts'

interface Attributes {
  readonly groups: number
  readonly epsilon: number
  readonly activation: 'linear' | 'silu'
}

interface Inputs {
  readonly x0: TensorInfo
  readonly x1: TensorInfo
  readonly x2: TensorInfo
}

/** Distance in bytes of the scales (or offsets) of two samples: 0 where all samples share them. */
const perSample = ({ shape }: TensorInfo): number => (shape.length === 2 ? shape[1]! * 4 : 0)

/** The words that both kernels begin with. */
function head({ x0, x1, x2 }: Inputs, { groups, epsilon, activation }: Attributes): number[] {
  const channels = x0.shape.at(-1)!
  const positions = util.sizeFromShape(x0.shape.slice(1, -1))
  return [positions, channels, groups, floatBits(epsilon), Number(activation === 'silu'), perSample(x1), perSample(x2)]
}

function forward(inputs: Inputs, attributes: Attributes, backend: SimdBackend): TensorInfo[] {
  const { x0, x1, x2 } = inputs
  const [batch = 0] = x0.shape
  const y = backend.output(x0.shape, 'float32')
  const moments = [batch, attributes.groups]
  if (util.sizeFromShape(x0.shape) === 0) {
    return [y, filled(backend, moments, 0, 'float32'), filled(backend, moments, 0, 'float32')]
  }
  const [mean, rstd] = [backend.output(moments, 'float32'), backend.output(moments, 'float32')]
  const pointers = [x0, x1, x2, y, mean, rstd].map((info) => backend.pointer(info))
  backend.scratch(16 * x0.shape.at(-1)!, (scratch, stride) => {
    backend.run('groupNorm', batch, ...head(inputs, attributes), scratch, stride, ...pointers)
  })
  return [y, mean, rstd]
}

/** A gradient per sample, added up where the parameter is shared. */
function collect(perSampleSums: TensorInfo, parameter: TensorInfo, backend: SimdBackend): TensorInfo {
  if (parameter.shape.length === 2) return perSampleSums
  const [rows = 0, columns = 0] = perSampleSums.shape
  const sum = backend.output([columns], 'float32')
  backend.run('sumRows', 1, backend.pointer(perSampleSums), backend.pointer(sum), rows, columns)
  backend.disposeData(perSampleSums.dataId)
  return sum
}

type GradientInputs = Inputs & { readonly dy: TensorInfo; readonly s0: TensorInfo; readonly s1: TensorInfo }

function backward(inputs: GradientInputs, attributes: Attributes, backend: SimdBackend): TensorInfo[] {
  const { x0, x1, x2, dy, s0, s1 } = inputs
  const [batch = 0] = x0.shape
  const channels = x0.shape.at(-1)!
  const dx = backend.output(x0.shape, 'float32')
  const empty = util.sizeFromShape(x0.shape) === 0
  const perChannel = () =>
    empty ? filled(backend, [batch, channels], 0, 'float32') : backend.output([batch, channels], 'float32')
  const [sums, products] = [perChannel(), perChannel()]
  if (!empty) {
    const pointers = [x0, x1, x2, dy, s0, s1, dx, sums, products].map((info) => backend.pointer(info))
    backend.scratch(24 * channels, (scratch, stride) => {
      backend.run('groupNormGrad', batch, ...head(inputs, attributes), scratch, stride, ...pointers)
    })
  }
  return [dx, collect(products, x1, backend), collect(sums, x2, backend)]
}

function shapeOf(name: string, inputs: Inputs, { groups }: Attributes): readonly number[] {
  const { shape } = inputs.x0
  const [batch = 0, channels = 0] = [shape[0], shape.at(-1)]
  if (name === 'dy' || name === 'x0') return shape
  if (name === 's0' || name === 's1') return [batch, groups]
  return inputs[name as 'x1' | 'x2'].shape.length === 2 ? [batch, channels] : [channels]
}

/** `GenGroupNorm` and `GenGroupNormGrad` of `@gen/backend`. */
export const groupNormKernels: KernelConfig[] = [
  genKernel<Inputs, Attributes>('GenGroupNorm', shapeOf, ({ inputs, attrs, backend }) =>
    forward(inputs, attrs, backend),
  ),
  genKernel<GradientInputs, Attributes>('GenGroupNormGrad', shapeOf, ({ inputs, attrs, backend }) =>
    backward(inputs, attrs, backend),
  ),
]
