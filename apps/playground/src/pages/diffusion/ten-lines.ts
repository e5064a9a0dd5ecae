import { toy } from '@gen/data'
import { adamW, ddim, diffusion, fit, key, last, linear, pointDenoiser, useBackend } from '@gen/diffusion'

await useBackend()
const data = toy('moons').batches({ size: 256, key: key(0) })
const network = pointDenoiser({ size: 2, key: key(1) })
const model = diffusion({ network, schedule: linear(), std: 1.6 })
await last(fit(model, data, { steps: 600, optimizer: adamW({ learningRate: 3e-3 }), key: key(2) }))
const points = await model.sample({ count: 400, sampler: ddim({ steps: 20 }), key: key(3) })
points.print()
