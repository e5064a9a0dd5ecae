/** The optimizer alone. @module */

import { adamW } from '@gen/train'
import { jit, type numpy, tree } from '@jax-js/jax'
import { keep, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { type AdamWState, adamWCorrections, adamWStart, adamWUpdate } from '../jax-adam-w.ts'
import { jaxArray } from '../jax-arrays.ts'
import type { JaxWork, Row, Work } from '../row.ts'
import { type Spec, spec, valuesOf } from '../spec.ts'

const [count, size] = [20, 100_000]
const [learningRate, weightDecay] = [1e-3, 0.01]
const indices = Array.from({ length: count }, (_, i) => i)
const values = indices.map((i) => spec([size], 2 * i + 1))
const gradients = indices.map((i) => spec([size], 2 * i + 2))

/** AdamW over 2 million parameters in 20 variables. */
export const adamRows: readonly Row[] = [
  {
    ...{ id: 'adam', name: `AdamW, ${(count * size) / 1e6} M parameters`, group: 'ops', gradient: false, warmUps: 3 },
    tfjs,
    jax,
    peer: () => ({
      task: 'adam',
      inputs: Object.fromEntries([...values, ...gradients].map((one, i) => [`${i}`, one])),
      attributes: { count, learningRate, weightDecay },
    }),
  },
]

function tfjs(): Work<Tensor> {
  const optimizer = adamW({ learningRate, weightDecay })
  const tensors = (specs: Spec[]) => specs.map((one) => tensor(valuesOf(one), [...one.shape]))
  const fixed = tensors(gradients)
  let current = tensors(values)
  let slots = optimizer.init(current)
  let step = 0
  const held = () => [...current, ...Object.values(slots).flat()]
  return {
    run: () => {
      const circumstances = { learningRate, step: ++step, gradientScale: 1 }
      const next = optimizer.update(current, fixed, slots, circumstances)
      for (const one of [...next.values, ...Object.values(next.slots).flat()]) keep(one)
      for (const one of held()) one.dispose()
      current = next.values
      slots = next.slots
      return [current[0]!.clone()]
    },
    dispose: () => {
      for (const one of [...fixed, ...held()]) one.dispose()
    },
  }
}

const update = jit((state: AdamWState, gradient: numpy.Array, corrections: numpy.Array) =>
  adamWUpdate(state, gradient, corrections, { learningRate, weightDecay }),
)

function jax(): JaxWork {
  const fixed = gradients.map(jaxArray)
  let states = values.map((value) => adamWStart(jaxArray(value)))
  let step = 0
  return {
    run: () => {
      const corrections = adamWCorrections(++step)
      states = states.map((state, i) => update(state, fixed[i]!.ref, corrections.ref))
      corrections.dispose()
      return states.map(([value]) => value.ref)
    },
    inOurLayout: ([value, ...others]) => {
      tree.dispose(others)
      return [value!]
    },
    dispose: () => {
      tree.dispose(fixed)
      tree.dispose(states)
    },
  }
}
