import { fold, key, normal, uniform, useBackend } from '@gen/backend'
import { forwardKl, nsf } from '@gen/flows'
import { adam, fit, last } from '@gen/train'
import { add, fill, mul, sign, type Tensor2D } from '@tensorflow/tfjs-core'

await useBackend()
const model = nsf(1, { layers: 2, context: 1, key: key(0) }) // p(y | x)
const at = (i: number) => {
  const question = uniform(fold(key(1), i), [256, 1], { min: -1, max: 1 })
  const side = sign(uniform(fold(key(2), i), [256, 1], { min: -1, max: 1 })) // y is x + 2 or x − 2
  return { question, x: add(add(question, mul(side, 2)), mul(normal(fold(key(3), i), [256, 1]), 0.2)) as Tensor2D }
}
const training = forwardKl<ReturnType<typeof at>>(model, { context: ({ question }) => question })
await last(fit(training, { at }, { steps: 500, optimizer: adam({ learningRate: 5e-3 }), key: key(4) }))
model.sample(6, key(5), { context: fill([6, 1], 0.5) }).print() // near 2.5 and −1.5, none near 0.5
