/** Training steps on jax-js. @module */
import { jit, type numpy, tree, valueAndGrad } from '@jax-js/jax'
import { type AdamWState, adamWCorrections, adamWStart, adamWUpdate } from '../jax-adam-w.ts'
import { jaxArray } from '../jax-arrays.ts'
import type { JaxWork, PeerTask } from '../row.ts'

/** Arrays by name. */
export type JaxArrays = Record<string, numpy.Array>

/** The loss of a model with one player; consumes every array once. */
export type JaxLoss = (parameters: JaxArrays, inputs: JaxArrays) => numpy.Array

/** The task of the PyTorch peer, on jax-js: gradients and update are one compiled function. */
export function jaxStep({ inputs, parameters, attributes }: PeerTask, loss: JaxLoss): JaxWork {
  const names = Object.keys(parameters!)
  const rates = attributes as { learningRate: number; weightDecay: number }
  const arrays = Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, jaxArray(spec)]))
  let states = names.map((name) => adamWStart(jaxArray(parameters![name]!)))
  let count = 0
  const update = jit((states: AdamWState[], corrections: numpy.Array, inputs: JaxArrays) => {
    const values = Object.fromEntries(names.map((name, i) => [name, states[i]![0].ref]))
    const [value, gradients] = valueAndGrad(loss)(values, inputs)
    const next = states.map((state, i) => adamWUpdate(state, gradients[names[i]!]!, corrections.ref, rates))
    corrections.dispose()
    return { value, next }
  })
  return {
    run: () => {
      const { value, next } = update(states, adamWCorrections(++count), tree.ref(arrays))
      states = next
      return [value]
    },
    dispose: () => {
      tree.dispose(states)
      tree.dispose(arrays)
    },
  }
}
