import { key, useBackend } from '@gen/backend'
import { mnist } from '@gen/data'
import { gaussianLikelihood } from '@gen/losses'
import { adam, fit, last } from '@gen/train'
import { betaVae, mlpNetworks } from '@gen/vae'

await useBackend()
const digits = await mnist() // in a browser: mnist({ baseUrl }), a folder with the files
const network = mlpNetworks({ widths: [128, 128] })
const likelihood = gaussianLikelihood({ deviation: 0.7 })
const model = betaVae({ shape: [28, 28, 1], latentSize: 2, beta: 1, network, likelihood, key: key(0) })
const batches = digits.batches({ size: 64, key: key(1) })
await last(fit(model, batches, { steps: 300, optimizer: adam({ learningRate: 2e-3 }), key: key(2) }))
const images = await model.sample({ count: 16, key: key(3) }) // [16, 28, 28, 1] in [0, 1]
console.log(images.shape)
