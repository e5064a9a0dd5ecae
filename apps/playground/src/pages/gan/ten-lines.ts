import { key, useBackend } from '@gen/backend'
import { gaussianRing } from '@gen/data'
import { r3gan } from '@gen/gan'
import { adam, fit, last } from '@gen/train'

await useBackend()
const data = gaussianRing({ deviation: 0.15 }).batches({ size: 128, key: key(0) })
const model = r3gan({ shape: [2], weight: 0.1, key: key(1) })
const optimizer = adam({ learningRate: 3e-3, beta1: 0, beta2: 0.99 })
await last(fit(model, data, { steps: 600, optimizer, key: key(2) }))
const points = await model.sample({ count: 500, key: key(3) })
points.print()
