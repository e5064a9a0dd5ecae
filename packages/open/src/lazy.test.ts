/** Who opens a VAE does not load the other families. */
import { key, useBackend } from '@gen/backend'
import { encodeSafetensors } from '@gen/io'
import { readWeights } from '@gen/train'
import { mlpNetworks, standardVae } from '@gen/vae'
import { beforeAll, expect, it, vi } from 'vitest'
import { openModel } from './index.ts'

const loaded = vi.hoisted((): string[] => [])
vi.mock('@gen/diffusion', () => ({ diffusionFromConfig: loaded.push('diffusion') }))
vi.mock('@gen/flows', () => ({ flowFromConfig: loaded.push('flows') }))
vi.mock('@gen/gan', () => ({ ganFromConfig: loaded.push('gan') }))
vi.mock('@gen/unet', () => ({ unetFromConfig: loaded.push('unet') }))

beforeAll(async () => {
  await useBackend('cpu')
})

it('loads the family of the model alone, and that when it is needed', async () => {
  const made = standardVae({ shape: [2], latentSize: 2, network: mlpNetworks({ widths: [4] }), key: key(0) })
  const filesOf = (family: string) => ({
    'config.json': new TextEncoder().encode(JSON.stringify({ family, model: made.config })),
    'model.safetensors': weights,
  })
  const weights = encodeSafetensors(await readWeights(made))
  const { model } = await openModel(filesOf('vae'))
  expect(loaded).toEqual([])
  // Stand-ins make no model.
  await expect(openModel(filesOf('gan'))).rejects.toThrow()
  expect(loaded).toEqual(['gan'])
  model.dispose()
  made.dispose()
})
