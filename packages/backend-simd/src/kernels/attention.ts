/** Attention and its gradient; code in `assembly/attention.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { fastKernel } from './kernel.ts'

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

/** `GenAttention` and `GenAttentionGrad` of `@gen/backend`. */
export const attentionKernels: KernelConfig[] = [
  fastKernel<Inputs>('GenAttention', ({ inputs, backend }) => {
    const { heads, n, m, d } = sizesOf(inputs)
    const y = backend.output(inputs.x0.shape, 'float32')
    const logs = backend.output(inputs.x0.shape.slice(0, 3), 'float32')
    if (util.sizeFromShape(y.shape) === 0) return [y, logs]
    const bytes = 4 * (2 * padded(m) * padded(d) + block * (2 * padded(d) + padded(m)))
    const pointers = [inputs.x0, inputs.x1, inputs.x2, y, logs].map((info) => backend.pointer(info))
    backend.scratch(bytes, (scratch, stride) => backend.run('attention', heads, n, m, d, scratch, stride, ...pointers))
    return [y, logs]
  }),
  fastKernel<Inputs & { readonly dy: TensorInfo; readonly s0: TensorInfo }>(
    'GenAttentionGrad',
    ({ inputs, backend }) => {
      const { heads, n, m, d } = sizesOf(inputs)
      const { x0, x1, x2, dy, s0 } = inputs
      const gradients = [x0, x1, x2].map(({ shape }) => backend.output(shape, 'float32'))
      if (heads === 0) return gradients
      const bytes = 4 * (5 * padded(m) * padded(d) + block * (3 * padded(d) + 2 * padded(m)))
      const pointers = [x0, x1, x2, dy, s0, ...gradients].map((info) => backend.pointer(info))
      backend.scratch(bytes, (scratch, stride) =>
        backend.run('attentionGrad', heads, n, m, d, scratch, stride, ...pointers),
      )
      return gradients
    },
  ),
]
