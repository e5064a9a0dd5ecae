/** On every backend of a browser samplers give the same, the one too that reads what it made. */
import { key, useBackend } from '@gen/backend'
import { expect, it } from 'vitest'
import { adaptive, diffusion, dpmSolver3M, pointDenoiser, saSolver } from '../index.ts'

async function sampled(backend: 'cpu' | 'webgpu'): Promise<number[]> {
  await useBackend(backend)
  const model = diffusion({ network: pointDenoiser({ size: 2, hidden: [8], key: key(0) }) })
  const values: number[] = []
  for (const sampler of [adaptive(), dpmSolver3M({ steps: 6 }), saSolver({ steps: 6 })]) {
    const points = await model.sample({ count: 3, key: key(1), sampler })
    values.push(...(await points.data()))
    points.dispose()
  }
  model.dispose()
  return values
}

it('webgpu samples as cpu does', async () => {
  const expected = await sampled('cpu')
  expect(await sampled('webgpu')).toBeAllClose(expected, { rtol: 1e-3, atol: 1e-3 })
})
