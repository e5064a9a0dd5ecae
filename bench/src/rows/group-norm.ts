/** Group normalization with SiLU. @module */
import { groupNorm } from '@gen/backend'
import { jit, nn, numpy, vjp } from '@jax-js/jax'
import { type Tensor, valueAndGrads } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import { operation } from './operation.ts'

const [batch, side, channels, groups] = [64, 32, 64, 8]
const shape = [batch, side, side, channels]
const name = `group norm + SiLU ${shape.join('×')}`
const inputs = {
  x: spec(shape, 1),
  scale: spec([channels], 2, { mean: 1, scale: 0.1 }),
  offset: spec([channels], 3, { scale: 0.1 }),
}

const ours = (x: Tensor, scale: Tensor, offset: Tensor) => groupNorm(x, scale, offset, { groups, activation: 'silu' })

function normalized(x: numpy.Array, scale: numpy.Array, offset: numpy.Array): numpy.Array {
  const grouped = x.reshape([batch, side * side, groups, channels / groups])
  const centered = grouped.ref.sub(numpy.mean(grouped, [1, 3], { keepdims: true }))
  const variance = numpy.mean(numpy.square(centered.ref), [1, 3], { keepdims: true })
  const unit = centered.div(numpy.sqrt(variance.add(1e-5))).reshape(shape)
  return nn.silu(unit.mul(scale).add(offset))
}

const forward = jit(normalized)

/** Forward, and forward with the gradients of input, scale and offset. */
export const groupNormRows: readonly Row[] = [
  operation({
    ...{ id: 'group-norm-forward', name: `${name}, forward`, inputs },
    tfjs: (x, scale, offset) => [ours(x, scale, offset)],
    jax: { run: (x, scale, offset) => [forward(x, scale, offset)] },
    task: 'group_norm',
    attributes: { groups },
  }),
  operation({
    ...{ id: 'group-norm-gradient', name: `${name}, forward + backward`, gradient: true },
    inputs: { ...inputs, dy: spec(shape, 4) },
    tfjs: (x, scale, offset, dy) => {
      const { value, grads } = valueAndGrads(ours)([x, scale, offset], dy)
      return [value, ...grads]
    },
    jax: {
      run: (x, scale, offset, dy) => {
        const [y, backward] = vjp(forward, [x, scale, offset])
        const gradients = backward(dy)
        backward.dispose()
        return [y, ...gradients]
      },
    },
    task: 'group_norm_gradient',
    attributes: { groups },
  }),
]
