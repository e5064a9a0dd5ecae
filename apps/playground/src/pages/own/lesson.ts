/** One's own pictures, in the worker. @module */
import { fold, key } from '@gen/backend'
import { encodePng, grid, modelFiles } from '@gen/io'
import { adam, readWeights } from '@gen/train'
import { dispose } from '@tensorflow/tfjs-core'
import { shippedFile } from '../../models/shipped.ts'
import type { Course, Lesson } from '../../trainer/lesson.ts'
import { findAlbum, picturesOf } from './album.ts'
import { bring, missing } from './bring.ts'
import { viewOf } from './pictures.ts'
import { type Drawer, drawerOf } from './recipe.ts'
import type { OwnSettings } from './settings.ts'
import { drawn, drawnColumns } from './view.ts'

/** A model of the pictures that a visitor brought. */
export const lesson: Lesson<OwnSettings, Course<OwnSettings>> = {
  backends: ['simd', 'webgpu', 'wasm', 'webgl', 'cpu'],
  bring,
  async begin(settings, k, site) {
    const own = settings.pictures === '' ? undefined : await findAlbum(settings.pictures)
    if (settings.pictures !== '' && !own) throw missing(settings.pictures)
    // Drawn faces, until there are pictures of one's own.
    const data = picturesOf(own ?? (await shippedFile(site, 'faces.npz')))
    const drawer = drawerOf(settings, [...data.shape], k)
    const look = await viewOf(data)
    return {
      training: ({ rate, batch }) => ({
        model: drawer.model,
        batches: data.batches({ size: batch, key: fold(k, 1) }),
        optimizer: adam({ learningRate: rate }),
        ema: 0.99,
      }),
      pictures: (_, wish) => look(drawer, wish),
      files: async (now, step) => ({
        ...(await modelFolder(drawer, now, step)),
        ...(own && { 'run/pictures.npz': own }),
      }),
      dispose() {
        drawer.dispose()
        look.dispose()
      },
    }
  },
}

/** What `gen sample` and `openModel` open. */
async function modelFolder(drawer: Drawer, settings: OwnSettings, step: number): Promise<Record<string, Uint8Array>> {
  const pictures = await drawer.draw(drawn, key(101))
  const sheet = grid(pictures, { columns: drawnColumns })
  const samples = encodePng(sheet)
  dispose([pictures, sheet])
  const data = settings.pictures === '' ? 'drawn faces' : `pictures ${settings.pictures}`
  return modelFiles({
    config: { family: settings.family, model: drawer.model.config },
    tensors: await readWeights(drawer.model),
    metadata: { step: String(step) },
    card: {
      name: `${settings.family} of one's own pictures`,
      description: `Trained in a browser for ${step} steps of ${settings.batch}; weights averaged with decay 0.99.`,
      data,
      command: 'gen sample <this folder> --count 64 --out samples.png',
    },
    samples,
  })
}
