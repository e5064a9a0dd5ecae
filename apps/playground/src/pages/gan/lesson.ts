/** The GAN in the plane, in the worker. @module */
import { key } from '@gen/backend'
import { adam } from '@gen/train'
import type { Course, Lesson, Training } from '../../trainer/lesson.ts'
import { planeData } from '../data.ts'
import { type View, view } from './pictures.ts'
import { gameOf, networksOf } from './recipe.ts'
import type { GanSettings } from './settings.ts'

const batchKey = key(1)

/** Two perceptrons. Small networks on few points: WebGPU would wait longer than it computes. */
export const lesson: Lesson<GanSettings, Course<GanSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  threads: 1,
  begin(settings, k): Course<GanSettings> {
    const networks = networksOf(settings, k)
    const look: View = view()
    return {
      training(now): Training {
        const { players, rate, momentum, batch } = now
        return {
          model: gameOf(networks, now),
          batches: planeData(now).batches({ size: batch, key: batchKey }),
          optimizer: adam({ learningRate: rate, beta1: momentum, beta2: 0.99 }),
          ...(players !== 'both' && { playing: () => [players] }),
        }
      },
      pictures: (now, wish) => look(gameOf(networks, now), now, wish),
      dispose: () => gameOf(networks, settings).dispose(),
    }
  },
}
