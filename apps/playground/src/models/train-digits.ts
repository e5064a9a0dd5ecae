/**
 * Trains the diffusion models of digits that a page opens, and leaves them in `models/`: `node --conditions=@gen/source --import tsx
 * src/models/train-digits.ts [cosine flow]` in this folder; without names all, minutes on one idle thread; what is here was made by Node 24.
 */
import { key, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { mnist } from '@gen/data'
import { type Diffusion, ddim, diffusion, flowPrediction, rectifiedFlow, velocityPrediction } from '@gen/diffusion'
import { unet } from '@gen/unet'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { saveHalved } from './save-halved.ts'
import { train } from './train.ts'

const command = 'node --conditions=@gen/source --import tsx src/models/train-digits.ts'
const paths = {
  cosine: { prediction: velocityPrediction() },
  flow: { prediction: flowPrediction(), schedule: rectifiedFlow() },
} as const

const jobs: Readonly<Record<string, () => Promise<void>>> = {
  cosine: () => trainDigits('cosine'),
  flow: () => trainDigits('flow'),
}

await useBackend('simd')
await setThreads(1)
const names = process.argv.slice(2)
for (const name of names.length > 0 ? names : Object.keys(jobs)) await jobs[name]!()

/** Digits by class, along the cosine schedule or straight. */
async function trainDigits(path: keyof typeof paths): Promise<void> {
  const [steps, size] = [3000, 16]
  const digits = await mnist()
  const network = unet({ shape: [28, 28, 1], widths: [16, 32, 64], depth: 1, classes: 10, key: key(20) })
  const model: Diffusion = diffusion({ network, classes: 10, ...paths[path] })
  const batches = digits.batches({ size, key: key(21) })
  await train({ name: path, steps, rate: 2e-3, ema: 0.998, model, batches, key: key(22) })
  const labels = Array.from({ length: 20 }, (_, i) => i % 10)
  const samples = (await model.sample({
    count: 20,
    labels,
    key: key(23),
    sampler: ddim({ steps: 25 }),
    guidance: 2,
  })) as Tensor4D
  const description = `A diffusion model of MNIST digits by class, ${path === 'flow' ? 'by flow matching' : 'along the cosine schedule'}, ${steps} steps of ${size}. The picture: guidance 2, 25 steps of DDIM.`
  await saveHalved(model, { name: `digits-${path}`, family: 'diffusion', data: 'mnist', description, command, samples })
  samples.dispose()
}
