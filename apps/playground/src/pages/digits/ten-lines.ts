import { key, normal, useBackend } from '@gen/backend'
import { mnist } from '@gen/data'
import { ddim, diffusion, dpmSolver2M } from '@gen/diffusion'
import { adamW, fit, last } from '@gen/train'
import { unet } from '@gen/unet'

await useBackend()
const digits = await mnist() // in a browser: mnist({ baseUrl }), a folder with the files
const network = unet({ shape: [28, 28, 1], widths: [8, 16], depth: 1, classes: 10, key: key(0) })
const model = diffusion({ network, classes: 10 }) // or flowMatching
const batches = digits.batches({ size: 16, key: key(1) })
await last(fit(model, batches, { steps: 20, optimizer: adamW({ learningRate: 2e-3 }), key: key(2) })) // more is better
const noise = normal(key(3), [10, 28, 28, 1])
const options = { count: 10, labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], guidance: 2, noise, key: key(4) }
for (const sampler of [ddim({ steps: 5 }), dpmSolver2M({ steps: 5 })])
  console.log((await model.sample({ ...options, sampler })).shape)
