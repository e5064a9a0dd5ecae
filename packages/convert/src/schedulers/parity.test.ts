/** Five steps of diffusers' schedulers with a network of its make: fixtures/diffusers/schedulers.py. */
import { readFileSync } from 'node:fs'
import { useBackend } from '@gen/backend'
import { type Diffusion, diffusion } from '@gen/diffusion'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { parseJson } from '../diffusers/files.ts'
import { byFormula, images } from '../testing/numbers.ts'
import type { Unet2DConfig } from '../unet-2d/config.ts'
import { unet2D } from '../unet-2d/unet-2d.ts'
import { fromPeer } from '../weights/named-weight.ts'
import { schedulerFromDiffusers } from './scheduler.ts'

interface Case {
  readonly config: string
  readonly times: number[]
  readonly result: number[]
}

const file = new URL('../../../../fixtures/diffusers/schedulers.json', import.meta.url)
const { network: config, ...cases } = JSON.parse(readFileSync(file, 'utf8')) as { network: Unet2DConfig } & Record<
  string,
  Case
>

beforeAll(async () => {
  await useBackend('simd')
})

it.each(Object.entries(cases) as [string, Case][])('%s: five steps end within 1e-4 of diffusers', async (_, made) => {
  const { schedule, prediction, time, sampler } = schedulerFromDiffusers(parseJson(made.config))
  const network = unet2D(config, { time })
  fromPeer('test', network.weights, byFormula(network.weights))
  const model = diffusion({ network, schedule, prediction })
  const result = await followed(model, sampler({ steps: 5 }))
  network.dispose()
  const size = Math.hypot(...made.result) / Math.sqrt(made.result.length)
  expect(result).toBeAllClose(made.result, { rtol: 0, atol: 1e-4 * size })
})

/** The end of a run on the fixtures' noise, in the network's own units. */
function followed(
  model: Diffusion,
  sampler: ReturnType<ReturnType<typeof schedulerFromDiffusers>['sampler']>,
): number[] {
  const start = images('start', [2, 4, 4, 1], Math.sqrt(3))
  const states = sampler.run({
    start,
    schedule: model.schedule,
    predict: (x, level) => model.predictAt(x, level, {}),
    noise: (i) => images(`noise ${i}`, [2, 4, 4, 1], Math.sqrt(3)),
  })
  let state = states.next()
  while (!state.done) state = states.next()
  const values = tidy(() => [...(state.value as Tensor).dataSync()])
  ;(state.value as Tensor).dispose()
  start.dispose()
  return values
}

it('refuses what it has not, and says what that is', () => {
  const refused = (config: object) => () => schedulerFromDiffusers(config)
  expect(refused({ _class_name: 'ScoreSdeVeScheduler' })).toThrow(/one of DDIMScheduler, .* got "ScoreSdeVeScheduler"/)
  expect(refused({ _class_name: 'DDIMScheduler', thresholding: true })).toThrow(
    /options of DDIMScheduler .*thresholding/,
  )
  expect(refused({ _class_name: 'DDIMScheduler', eta_of_mine: 1 })).toThrow(/eta_of_mine/)
  expect(refused({ _class_name: 'constructor' })).toThrow(/DDIMScheduler/)
  expect(refused([])).toThrow(/scheduler_config/)
  expect(() => schedulerFromDiffusers({ _class_name: 'DDIMScheduler' }).sampler({ steps: 0 })).toThrow(/steps/)
})
