/** The next position in a game, in the worker. @module */
import { key } from '@gen/backend'
import { adam } from '@gen/train'
import { dispose } from '@tensorflow/tfjs-core'
import type { Course, Lesson } from '../../trainer/lesson.ts'
import { view } from './pictures.ts'
import { boardOf, made, pairOf, together } from './recipe.ts'
import type { GameSettings } from './settings.ts'

/** A mean and a distribution, of the same moves. */
export const lesson: Lesson<GameSettings, Course<GameSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  threads: 1,
  begin({ width }, k) {
    const pair = pairOf(width, k)
    const model = together(pair)
    const look = view(pair)
    return {
      training: ({ odds, batch, rate }) => ({
        model,
        batches: made(boardOf(odds), { size: batch, key: key(1) }),
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
