/** Autoencoder and VAE, in the worker. @module */
import { key } from '@gen/backend'
import { mnist } from '@gen/data'
import type { Dataset } from '@gen/model'
import { adam } from '@gen/train'
import type { Course, Lesson } from '../../trainer/lesson.ts'
import { shownOf, view } from './pictures.ts'
import { pairOf, together, twice, variational } from './recipe.ts'
import type { VaeSettings } from './settings.ts'

/** Fetched once, however often a run begins again; what failed is tried again. */
let digits: Promise<Dataset> | undefined

/** Two models on the same digits. */
export const lesson: Lesson<VaeSettings, Course<VaeSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  async begin(settings, k, site) {
    digits ??= mnist({ baseUrl: new URL('digits', site) })
    const set = await digits.catch((error: unknown) => {
      digits = undefined
      throw error
    })
    const [train, shown] = set.split(11 / 12, key(2))
    const pair = pairOf(settings, k)
    const look = view(await shownOf(shown))
    return {
      training: (now) => ({
        model: together(pair.plain, variational(pair, now)),
        batches: twice(train.batches({ size: now.batch, key: key(1) })),
        optimizer: adam({ learningRate: now.rate }),
      }),
      pictures: (now, wish) => look(pair.plain, variational(pair, now), wish),
      dispose() {
        pair.plain.dispose()
        variational(pair, settings).dispose()
      },
    }
  },
}
