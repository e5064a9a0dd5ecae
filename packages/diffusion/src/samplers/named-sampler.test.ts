/** Names stand for the samplers that they say; what every one of them draws is in the tests of the command line. */
import { key, useBackend } from '@gen/backend'
import { expect, it } from 'vitest'
import {
  diffusion,
  dpmSolver2M,
  karrasSpacing,
  namedSampler,
  pointDenoiser,
  type Sampler,
  type SamplerName,
  type SpacingName,
  uniPc,
  usualSampler,
} from '../index.ts'

it('draws what the sampler of the name draws', async () => {
  await useBackend('cpu')
  const model = diffusion({ network: pointDenoiser({ size: 2, hidden: [8], key: key(0) }) })
  const drawn = async (sampler: Sampler) => {
    const samples = await model.sample({ count: 3, key: key(1), sampler })
    const values = [...samples.dataSync()]
    samples.dispose()
    return values
  }
  for (const [named, own] of [
    [namedSampler(usualSampler, { steps: 4 }), uniPc({ steps: 4 })],
    [
      namedSampler('dpmpp-2m-sde', { steps: 4, spacing: 'karras' }),
      dpmSolver2M({ steps: 4, eta: 1, spacing: karrasSpacing() }),
    ],
  ] as const) {
    expect(await drawn(named)).toEqual(await drawn(own))
  }
  model.dispose()
})

it('refuses names that there are not', () => {
  const bad = 'toString' as SamplerName
  expect(() => namedSampler(bad, { steps: 4 })).toThrow(
    /diffusion.namedSampler: expected a sampler of ddim, .*got toString/,
  )
  expect(() => namedSampler('ddim', { steps: 4, spacing: 'wide' as SpacingName })).toThrow(/a spacing of even, /)
  expect(() => namedSampler('ddim', { steps: 0 })).toThrow(/steps/)
})
