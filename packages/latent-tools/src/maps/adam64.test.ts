/** Adam in float64 is the Adam that models are trained by. */
import { adam } from '@gen/train'
import { dispose, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { adam64 } from './adam64.ts'

const learningRate = 0.01

it('steps as the Adam of @gen/train does, to what float32 holds', () => {
  const values = Float64Array.of(1, -2, 0.5, 30)
  const optimizer = adam()
  let there: Tensor[] = [tensor1d([...values])]
  let slots = optimizer.init(there)
  const descend = adam64(values.length, learningRate)
  for (let step = 1; step <= 50; step++) {
    const gradient = values.map((value, i) => value * (i + 1) + Math.cos(step + i))
    const circumstances = { learningRate, step, gradientScale: 1 }
    const next = tidy(() => ({ ...optimizer.update(there, [tensor1d([...gradient])], slots, circumstances) }))
    dispose([there, ...Object.values(slots)])
    ;[there, slots] = [next.values, next.slots]
    descend(values, gradient)
  }
  expect(there[0]!.dataSync()).toBeAllClose(values, { rtol: 1e-5 })
  dispose([there, ...Object.values(slots)])
})
