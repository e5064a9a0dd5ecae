/** Scaled dot-product attention. @module */
import { attention } from '@gen/backend'
import { jit, nn, numpy, vjp } from '@jax-js/jax'
import { type Tensor, type Tensor4D, valueAndGrads } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import { operation } from './operation.ts'

const shape = [8, 4, 256, 32]
const inputs = { q: spec(shape, 1), k: spec(shape, 2), v: spec(shape, 3), dy: spec(shape, 4) }

const composed = jit((q: numpy.Array, k: numpy.Array, v: numpy.Array) => {
  const scores = numpy.matmul(q.mul(1 / Math.sqrt(shape[3]!)), numpy.transpose(k, [0, 1, 3, 2]))
  return numpy.matmul(nn.softmax(scores, -1), v)
})

/** Forward with the gradients of queries, keys and values. */
export const attentionRows: readonly Row[] = [
  operation({
    id: 'attention-gradient',
    name: 'attention batch 8, 4 heads, 256 × 32, forward + backward',
    gradient: true,
    inputs,
    tfjs: (q, k, v, dy) => {
      const ours = (q: Tensor, k: Tensor, v: Tensor): Tensor => attention(q as Tensor4D, k as Tensor4D, v as Tensor4D)
      const { value, grads } = valueAndGrads(ours)([q, k, v], dy)
      return [value, ...grads]
    },
    jax: {
      run: (q, k, v, dy) => {
        const [y, backward] = vjp(composed, [q, k, v])
        const gradients = backward(dy)
        backward.dispose()
        return [y, ...gradients]
      },
    },
    task: 'attention_gradient',
  }),
]
