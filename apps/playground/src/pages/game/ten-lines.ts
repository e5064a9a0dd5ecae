import { fold, key, useBackend } from '@gen/backend'
import { walkerGrid } from '@gen/data/sequences'
import { adamW, diffusion, fit, last, logSnrLinear, pointDenoiser, velocityPrediction } from '@gen/diffusion'
import { tensor2d } from '@tensorflow/tfjs-core'

await useBackend()
const world = walkerGrid({ cells: 3, odds: { stay: 0, up: 0, down: 0, left: 0.5, right: 0.5 } })
const places = (frames: readonly number[]) => tensor2d(frames.map((frame) => [Math.floor(frame / 3), frame % 3]))
const at = (i: number) => {
  const { states, frames } = world.items(256, fold(key(1), i))
  return { x: places(frames), condition: { context: places(states) } } // where it went, where it was
}
const network = pointDenoiser({ size: 2, context: [2], residual: false, key: key(0) })
const model = diffusion({ network, schedule: logSnrLinear({ max: 8, min: -8 }), prediction: velocityPrediction() })
await last(fit(model, { at }, { steps: 1200, optimizer: adamW({ learningRate: 5e-3 }), ema: 0.99, key: key(2) }))
;(await model.sample({ count: 6, context: places([4]), key: key(3) })).print() // near (1, 0) or (1, 2), none near (1, 1)
