/** A worker that takes a few training steps of a U-Net. */
import { key, normal, useBackend } from '@gen/backend'
import { getThreads } from '@gen/backend-simd'
import { diffusion } from '@gen/diffusion'
import { adamW, fit } from '@gen/train'
import { unet } from '@gen/unet'

/** What the worker tells of its training. */
export interface Trained {
  readonly backend: string
  readonly threads: number
  readonly losses: number[]
}

const { name } = await useBackend('simd')
const network = unet({ shape: [32, 32, 1], widths: [16, 32], depth: 1, key: key(0) })
const model = diffusion({ network, range: null })
const batches = { at: (i: number) => ({ x: normal(key(i), [16, 32, 32, 1]) }) }
const steps = 20
const losses: number[] = []
postMessage('started')
for await (const event of fit(model, batches, { steps, optimizer: adamW(), key: key(1) })) {
  if (event.type === 'step') losses.push(event.losses.denoiser!.total!)
}
const trained: Trained = { backend: name, threads: getThreads(), losses }
postMessage(trained)
