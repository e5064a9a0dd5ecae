/** Attention and its gradient; code in `assembly/attention*.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import * as A from '../shared/attention-words.ts'
import { genKernel } from './gen-kernel.ts'
import { filled } from './views.ts'

interface Inputs {
  readonly x0: TensorInfo
  readonly x1: TensorInfo
  readonly x2: TensorInfo
}

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

/** Runs a kernel of which the addresses are those from {@link A.Q} on, in order. */
function run(backend: SimdBackend, kernel: string, inputs: Inputs, bytes: number, addresses: number[]): void {
  const { heads, n, m, d } = sizesOf(inputs)
  backend.scratch(bytes, (scratch, stride) => {
    const words: number[] = []
    words[A.QUERIES / 4] = n
    words[A.KEYS / 4] = m
    words[A.FEATURES / 4] = d
    words[A.SCRATCH / 4] = scratch
    words[A.SCRATCH_STRIDE / 4] = stride
    for (const [i, address] of addresses.entries()) words[A.Q / 4 + i] = address
    backend.run(kernel, heads, ...words)
  })
}

/** `GenAttention` and `GenAttentionGrad` of `@gen/backend`. */
export const attentionKernels: KernelConfig[] = [
  genKernel<Inputs>('GenAttention', shapeOf, ({ inputs, backend }) => {
    const { m, d } = sizesOf(inputs)
    const { shape } = inputs.x0
    // No keys: an empty sum.
    const make = m === 0 ? zeros : output
    const [y, logs] = [make(backend, shape), make(backend, shape.slice(0, 3))]
    if (util.sizeFromShape(y.shape) === 0 || m === 0) return [y, logs]
    const stats = A.QUERY_BLOCK * (3 * padded(d) + A.KEY_BLOCK + 3)
    const addresses = [inputs.x0, inputs.x1, inputs.x2, logs, y].map((info) => backend.pointer(info))
    run(backend, 'attention', inputs, 4 * (2 * padded(m) * padded(d) + stats), addresses)
    return [y, logs]
  }),
  genKernel<Inputs & { readonly dy: TensorInfo; readonly s0: TensorInfo }>(
    'GenAttentionGrad',
    shapeOf,
    ({ inputs, backend }) => {
      const { heads, m, d } = sizesOf(inputs)
      const { x0, x1, x2, dy, s0 } = inputs
      const make = m === 0 ? zeros : output
      const gradients = [x0, x1, x2].map(({ shape }) => make(backend, shape))
      if (heads === 0 || m === 0) return gradients
      const block = A.GRADIENT_BLOCK * (3 * padded(d) + 2 * padded(m))
      const addresses = [x0, x1, x2, s0, dy, ...gradients].map((info) => backend.pointer(info))
      run(backend, 'attentionGrad', inputs, 4 * (5 * padded(m) * padded(d) + block), addresses)
      return gradients
    },
  ),
]
