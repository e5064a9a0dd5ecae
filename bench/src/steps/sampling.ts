/** Sampling the U-Net of `unet.ts`: deterministic DDIM from given noise. @module */
import { cosine, ddim, diffusion, evenSpacing } from '@gen/diffusion'
import { unet } from '@gen/unet'
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import type { PeerTask, Row, Work } from '../row.ts'
import { spec, valuesOf } from '../spec.ts'
import { namedWeights, parameterSpecs } from './parameters.ts'
import { batch, depth, shape, widths } from './unet.ts'

const steps = 20
const start = spec([batch, ...shape], 1)

/** 64 images in 20 steps, no gradients. */
export const samplingRow: Row = {
  id: 'sampling',
  name: `${batch} samples of the U-Net ${shape.join('×')}, ${steps} DDIM steps`,
  ...{ group: 'steps', gradient: false, warmUps: 1, exported: true },
  tfjs: work,
  peer,
}

function work(): Work<Tensor> {
  const network = unet({ shape, widths, depth })
  const named = namedWeights(network)
  const specs = parameterSpecs(named)
  for (const { name, variable } of named) tidy(() => variable.assign(tensor(valuesOf(specs[name]!), variable.shape)))
  const { schedule, predictAt } = diffusion({ network, schedule: cosine() })
  const x = tensor(valuesOf(start), [...start.shape])
  const context = { start: x, schedule, predict: (...of: Seen) => predictAt(...of, {}), noise: refuse }
  return {
    run: () => {
      const states = ddim({ steps }).run(context)
      let state = states.next()
      while (!state.done) state = states.next()
      return [state.value]
    },
    dispose: () => {
      x.dispose()
      for (const { variable } of named) variable.dispose()
    },
  }
}

type Seen = Parameters<Parameters<ReturnType<typeof ddim>['run']>[0]['predict']>

function refuse(): never {
  throw new Error('DDIM with η = 0 draws no noise')
}

function peer(): PeerTask {
  const network = unet({ shape, widths, depth })
  const named = namedWeights(network)
  const parameters = parameterSpecs(named)
  for (const { variable } of named) variable.dispose()
  const levels = evenSpacing()(cosine(), steps).map(({ signal, noise }) => [signal, noise])
  return { task: 'unet_sampling', inputs: { start }, parameters, attributes: { widths, depth, levels } }
}
