/** Editing a face, in the worker. @module */
import { adam } from '@gen/train'
import type { Course, Lesson } from '../../trainer/lesson.ts'
import { openFaces } from './known-faces.ts'
import { learned, view } from './pictures.ts'
import { answered, boundariesOf } from './recipe.ts'
import type { EditSettings } from './settings.ts'

/** Boundaries in the space of a VAE that came trained. */
export const lesson: Lesson<EditSettings, Course<EditSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  threads: 1,
  async begin(_, k, site) {
    const models = await openFaces(site)
    const boundaries = boundariesOf(models.vae.latentSize, k)
    const look = view(models)
    return {
      training: ({ faces, batch, rate }) => ({
        model: boundaries.training,
        batches: answered(models, { faces, batch, count: learned }),
        optimizer: adam({ learningRate: rate }),
      }),
      pictures: ({ project }, wish) => look(boundaries.directions(), project === 'on', wish),
      dispose() {
        boundaries.dispose()
        models.vae.dispose()
        models.judge.dispose()
      },
    }
  },
}
