/** From a GAN's space into a VAE's, in the worker: every step, one more point of the support set. @module */
import { fold } from '@gen/backend'
import { shippedModel } from '../../models/shipped.ts'
import type { Lesson, Tally } from '../../trainer/lesson.ts'
import { bothSpaces } from './codes.ts'
import { fittedMaps } from './maps.ts'
import { view } from './pictures.ts'
import type { SpacesSettings } from './settings.ts'

/** Two models that came trained, and maps fitted here. */
export const lesson: Lesson<SpacesSettings, Tally<SpacesSettings>> = {
  backends: ['simd', 'wasm', 'webgl', 'cpu'],
  threads: 1,
  async begin(_, k, site) {
    const { own: gan } = await shippedModel(site, 'faces-gan', 'gan')
    const { own: vae } = await shippedModel(site, 'faces-vae', 'vae')
    const spaces = bothSpaces(gan, vae, fold(k, 0))
    const maps = fittedMaps(spaces, fold(k, 1))
    const look = view(spaces)
    return {
      losses(settings, step) {
        const { r2, nearestR2 } = maps.at(settings, step)
        return { map: { missed: 1 - r2, nearest: 1 - nearestR2 } }
      },
      pictures: (settings, _wish, step) => look(maps.at(settings, step)),
      numbers: (settings, step) => maps.at(settings, step).weights,
      dispose() {
        gan.dispose()
        vae.dispose()
      },
    }
  },
}
