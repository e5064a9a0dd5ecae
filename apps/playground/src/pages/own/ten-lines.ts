import { key, useBackend } from '@gen/backend'
import { imageFolder } from '@gen/data' // in a browser: imageFiles
import { diffusion } from '@gen/diffusion'
import { adam, fit, last } from '@gen/train'
import { unet } from '@gen/unet'

await useBackend()
const pictures = await imageFolder(process.argv[2] ?? '../../docs/playground', { size: 32 })
const network = unet({ shape: [32, 32, 3], widths: [16, 32, 32], depth: 1, key: key(0) })
const model = diffusion({ network })
const batches = pictures.batches({ size: 16, key: key(1) })
await last(fit(model, batches, { steps: 20, optimizer: adam({ learningRate: 2e-3 }), ema: 0.99, key: key(2) }))
const images = await model.sample({ count: 8, key: key(3) }) // [8, 32, 32, 3] in [0, 1]
console.log(images.shape)
