/** Training on the simd backend takes no more memory after 1,000 steps than after 10. */
import { key, normal, useBackend } from '@gen/backend'
import { diffusion } from '@gen/diffusion'
import { adamW, fit, variablesOf } from '@gen/train'
import { unet } from '@gen/unet'
import { memory } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'

it('holds as many tensors, bytes and pages after 1,000 steps of a U-Net as after 10', async () => {
  expect((await useBackend('simd')).name).toBe('simd')
  const network = unet({ shape: [8, 8, 1], widths: [8, 16], depth: 1, attention: [1], key: key(0) })
  const model = diffusion({ network, range: null })
  const batches = { at: (i: number) => ({ x: normal(key(i), [4, 8, 8, 1]) }) }
  const measured: object[] = []
  for await (const event of fit(model, batches, { steps: 1000, optimizer: adamW(), ema: 0.99, key: key(1) })) {
    if (event.type !== 'step' || (event.step !== 10 && event.step !== 1000)) continue
    // What the heap has ever had, and what is in use now.
    const { numTensors, numBytes, bytesInUse, blocks, reservedBytes, peakBytes } = memory() as never
    measured.push({ numTensors, numBytes, bytesInUse, blocks, reservedBytes, peakBytes })
  }
  expect(measured).toHaveLength(2)
  expect(measured[1]).toEqual(measured[0])
  for (const variable of Object.values(variablesOf(model))) variable.dispose()
}, 300_000)
