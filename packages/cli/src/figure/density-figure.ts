/** What `gen density` draws: a density with its axes and its scale, and the latent grid that the flow warps. @module */
import { type DensityPicture, densityImages, densityScale } from '@gen/flows'
import { encodePng, grid } from '@gen/io'
import { slice, tidy } from '@tensorflow/tfjs-core'
import { axes, colorBar } from './axes.ts'
import { type Block, beside, paragraph, under } from './block.ts'

/** The density beside the latent grid, `scale` pixels for a cell. */
export function densityFigure(picture: DensityPicture, { scale }: { scale: number }): Block {
  const images = densityImages(picture, { scale })
  const side = picture.centers.length * scale
  const panel = (i: number, title: string): Block => {
    const png = tidy(() => encodePng(grid(slice(images, i, 1), { padding: 0 })))
    const href = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
    const frame = { side, x: picture.range, y: picture.range, xName: 'x0', yName: 'x1', title }
    return axes(
      frame,
      () => `<image width="${side}" height="${side}" style="image-rendering:pixelated" href="${href}"/>`,
    )
  }
  const { top, color } = densityScale(picture)
  const css = (share: number): string =>
    `rgb(${color(share)
      .map((value) => Math.round(255 * value))
      .join(' ')})`
  const bar = colorBar({ height: side, high: top, name: 'p(x)', color: css })
  const panels = [panel(0, 'density'), bar, panel(1, 'the grid of the latent space in that of the data')]
  images.dispose()
  const told = 'blue: lines of constant z0, orange: lines of constant z1'
  const above = 'densities above the upper end of the scale have its color'
  return under([beside(panels, 16), paragraph([told, above])])
}
