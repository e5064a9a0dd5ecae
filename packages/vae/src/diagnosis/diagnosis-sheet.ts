/** A model at a glance: reconstructions, samples, latent space, traversals. @module */
import { encodePng, grid } from '@gen/io'
import type { Items } from '@gen/model'
import { concat, pad, type Tensor3D, tensor3d, tidy, tile } from '@tensorflow/tfjs-core'
import type { Vae } from '../vae.ts'
import { type DiagnosisPanels, type DiagnosisPanelsOptions, diagnosisPanels } from './diagnosis-panels.ts'

/** Options of {@link diagnosisSheet}. */
export type DiagnosisSheetOptions = DiagnosisPanelsOptions

/**
 * Draws the panels of {@link diagnosisPanels} as PNG, from top to bottom: items and their reconstructions; samples; a row for
 * each of the variables in most use, along which the first item's code goes from μ − 2.5 s to μ + 2.5 s (s: the variable's
 * deviation over the data); the codes of the data in the two variables in most use.
 *
 * @throws GenError `shape` for a model of what is no image.
 * @example
 * await writeFile('sheet.png', await diagnosisSheet(model, digits, { key: key(0) }))
 */
export async function diagnosisSheet(model: Vae, data: Items, options: DiagnosisSheetOptions): Promise<Uint8Array> {
  const panels = await diagnosisPanels(model, data, options)
  const { columns, items, reconstructions, samples, traversals, codes } = panels
  const sheet = tidy(() => {
    const images = [items, reconstructions, samples, traversals.images].map((panel) =>
      grid(panel, { columns, value: 0.5 }),
    )
    const width = Math.max(...images.map((image) => image.shape[1]))
    const scatter = scatterOf(codes, { side: Math.min(width, 320), channels: model.shape[2]! })
    return concat([...images, scatter].map((image) => widened(image, width)))
  })
  try {
    return encodePng(sheet)
  } finally {
    sheet.dispose()
    panels.dispose()
  }
}

/** Codes from −m to m, m being the largest number among them; bright where many are. */
function scatterOf(
  { points }: DiagnosisPanels['codes'],
  { side, channels }: { side: number; channels: number },
): Tensor3D {
  const pixels = new Float32Array(side * side)
  const reached = points.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const place = (value: number) => Math.round(((value / (reached || 1) + 1) / 2) * (side - 1))
  for (let at = 0; at < points.length; at += 2) {
    const pixel = (side - 1 - place(points[at + 1]!)) * side + place(points[at]!)
    pixels[pixel] = Math.min(1, pixels[pixel]! + 0.5)
  }
  return tile(tensor3d(pixels, [side, side, 1]), [1, 1, channels])
}

function widened(image: Tensor3D, width: number): Tensor3D {
  return pad(
    image,
    [
      [0, 0],
      [0, width - image.shape[1]],
      [0, 0],
    ],
    0.5,
  )
}
