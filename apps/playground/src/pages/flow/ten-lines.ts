import { key, useBackend } from '@gen/backend'
import { moons } from '@gen/data'
import { nsf } from '@gen/flows'
import { adam, fit, last } from '@gen/train'
import { mean } from '@tensorflow/tfjs-core'

await useBackend()
const model = nsf(2, { layers: 4, key: key(0) })
const data = moons().batches({ size: 256, key: key(1) })
await last(fit(model, data, { steps: 600, optimizer: adam({ learningRate: 3e-3 }), key: key(2) }))
const x = moons().sample(1000, key(3))
mean(model.logProb(x)).print() // nats a point; the truth:
mean(moons().logDensity(x)).print()
