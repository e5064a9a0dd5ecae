/** One question, many answers, in the worker. @module */
import { key } from '@gen/backend'
import { adam } from '@gen/train'
import { dispose } from '@tensorflow/tfjs-core'
import type { Course, Lesson } from '../../trainer/lesson.ts'
import { planeData } from '../data.ts'
import { view } from './pictures.ts'
import { asked, pairOf, together } from './recipe.ts'
import type { AnswersSettings } from './settings.ts'

/** A mean and a distribution, of the same pairs. */
export const lesson: Lesson<AnswersSettings, Course<AnswersSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  threads: 1,
  begin({ width }, k) {
    const pair = pairOf(width, k)
    const model = together(pair)
    const look = view(pair)
    return {
      training: ({ rate, batch, ...now }) => ({
        model,
        batches: asked(planeData(now).batches({ size: batch, key: key(1) })),
        optimizer: adam({ learningRate: rate }),
      }),
      pictures: look,
      dispose() {
        dispose(pair.average.variables())
        pair.distribution.dispose()
      },
    }
  },
}
