/** Diffusion in the plane, in the worker. @module */
import { key } from '@gen/backend'
import { cosine, type Diffusion, diffusion, linear, pointDenoiser } from '@gen/diffusion'
import { adamW } from '@gen/train'
import type { Course, Lesson } from '../../trainer/lesson.ts'
import { planeData } from '../data.ts'
import { view } from './pictures.ts'
import type { DiffusionSettings } from './settings.ts'

/** The standard deviation that stands for that of all data here. */
const std = 1.6

/** One network for all levels of noise. */
export const lesson: Lesson<DiffusionSettings, Course<DiffusionSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  threads: 1,
  begin({ width, layers }, k) {
    const network = pointDenoiser({ size: 2, hidden: Array<number>(layers).fill(width), key: k })
    const modelOf = ({ schedule, loss }: DiffusionSettings): Diffusion =>
      diffusion({ network, loss, std, schedule: schedule === 'cosine' ? cosine({ maxSignalRate: 0.9995 }) : linear() })
    const look = view(std)
    return {
      training: (now) => ({
        model: modelOf(now),
        batches: planeData(now).batches({ size: now.batch, key: key(1) }),
        optimizer: adamW({ learningRate: now.rate, weightDecay: 0 }),
      }),
      pictures: (now, wish) => look(modelOf(now), now, wish),
      dispose: () => network.dispose(),
    }
  },
}
