/** Attention and its gradient; code in `assembly/attention.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { genKernel } from './gen-kernel.ts'
import { filled } from './views.ts'

interface Inputs {
  readonly x0: TensorInfo
  readonly x1: TensorInfo
  readonly x2: TensorInfo
}

/** Queries in a block (`BLOCK` in assembly/attention.ts). */
const block = 32
const padded = (count: number): number => (count + 7) & ~7

interface Sizes {
  readonly heads: number
  readonly n: number
  readonly m: number
  readonly d: number
}

function sizesOf({ x0, x1 }: Inputs): Sizes {
  const [batch = 0, heads = 0, n = 0, d = 0] = x0.shape
  return { heads: batch * heads, n, m: x1.shape[2] ?? 0, d }
}

const output = (backend: SimdBackend, shape: number[]) => backend.output(shape, 'float32')
const zeros = (backend: SimdBackend, shape: number[]) => filled(backend, shape, 0, 'float32')

/** All keys have the features of the queries, and each has its value. */
function shapeOf(name: string, { x0, x1 }: Inputs): readonly number[] | undefined {
  if (name === 'dy' || name === 'x0') return x0.shape
  const [batch = 0, heads = 0, n = 0, d = 0] = x0.shape
  return name === 's0' ? [batch, heads, n] : [batch, heads, x1.shape[2] ?? 0, d]
}

/** `GenAttention` and `GenAttentionGrad` of `@gen/backend`. */
export const attentionKernels: KernelConfig[] = [
  genKernel<Inputs>('GenAttention', shapeOf, ({ inputs, backend }) => {
    const { heads, n, m, d } = sizesOf(inputs)
    const { shape } = inputs.x0
    // No keys: an empty sum.
    const make = m === 0 ? zeros : output
    const [y, logs] = [make(backend, shape), make(backend, shape.slice(0, 3))]
    if (util.sizeFromShape(y.shape) === 0 || m === 0) return [y, logs]
    const bytes = 4 * (2 * padded(m) * padded(d) + block * (2 * padded(d) + padded(m)))
    const pointers = [inputs.x0, inputs.x1, inputs.x2, y, logs].map((info) => backend.pointer(info))
    backend.scratch(bytes, (scratch, stride) => backend.run('attention', heads, n, m, d, scratch, stride, ...pointers))
    return [y, logs]
  }),
  genKernel<Inputs & { readonly dy: TensorInfo; readonly s0: TensorInfo }>(
    'GenAttentionGrad',
    shapeOf,
    ({ inputs, backend }) => {
      const { heads, n, m, d } = sizesOf(inputs)
      const { x0, x1, x2, dy, s0 } = inputs
      const make = m === 0 ? zeros : output
      const gradients = [x0, x1, x2].map(({ shape }) => make(backend, shape))
      if (heads === 0 || m === 0) return gradients
      const bytes = 4 * (5 * padded(m) * padded(d) + block * (3 * padded(d) + 2 * padded(m)))
      const pointers = [x0, x1, x2, dy, s0, ...gradients].map((info) => backend.pointer(info))
      backend.scratch(bytes, (scratch, stride) =>
        backend.run('attentionGrad', heads, n, m, d, scratch, stride, ...pointers),
      )
      return gradients
    },
  ),
]
