import { key, useBackend } from '@gen/backend'
import { gray, paired } from '@gen/data'
import { faces } from '@gen/data/faces'
import { adamW, colorize, ddim, diffusion, fit, last } from '@gen/diffusion'
import { unet } from '@gen/unet'
import { abs, max, sub } from '@tensorflow/tfjs-core'

await useBackend()
const asked = paired(await faces({ count: 256, key: key(0) }), gray) // each with its question
const network = unet({ shape: [32, 32, 3], widths: [8, 16], depth: 1, context: [32, 32, 1], key: key(1) })
const model = diffusion({ network, dropLabel: 0 })
const batches = asked.batches({ size: 16, key: key(2) })
await last(fit(model, batches, { steps: 20, optimizer: adamW({ learningRate: 2e-3 }), key: key(3) })) // more is better
const image = asked.take([7]).condition.context
const answers = await colorize(model, { image, context: image, sampler: ddim({ steps: 5 }), count: 6, key: key(4) })
console.log(answers.shape, max(abs(sub(gray(answers), image))).dataSync()) // off what is given, at most
