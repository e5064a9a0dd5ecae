/** The flow, in the worker. @module */
import { key, split } from '@gen/backend'
import { additiveCoupling, affineCoupling, type Bijector, denseNetwork, flow, splineCoupling } from '@gen/flows'
import { adam } from '@gen/train'
import type { Course, Lesson } from '../../trainer/lesson.ts'
import { planeData } from '../data.ts'
import { view } from './pictures.ts'
import type { FlowSettings } from './settings.ts'

/** Couplings that take turns in which coordinate they change; at first they change nothing. */
function layersOf({ kind, depth, width }: FlowSettings, k: Parameters<typeof split>[0]): Bijector[] {
  const network = denseNetwork({ hidden: [width, width] })
  return split(k, depth).map((own, i) => {
    const options = { flip: i % 2 === 1, network, key: own }
    if (kind === 'additive') return additiveCoupling(2, options)
    return kind === 'affine' ? affineCoupling(2, options) : splineCoupling(2, { ...options, bins: 10, bound: 4.5 })
  })
}

/** Invertible layers from data to a normal distribution. */
export const lesson: Lesson<FlowSettings, Course<FlowSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  threads: 1,
  begin(settings, k) {
    const layers = layersOf(settings, k)
    const model = flow({ transforms: layers })
    const look = view(model, layers)
    return {
      training: ({ rate, batch, ...now }) => ({
        model,
        batches: planeData(now).batches({ size: batch, key: key(1) }),
        optimizer: adam({ learningRate: rate }),
      }),
      pictures: look,
      dispose: () => model.dispose(),
    }
  },
}
