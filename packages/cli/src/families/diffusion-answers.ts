/** What a picture asks of a diffusion model, and its answers. @module */
import { refusal } from '@gen/backend'
import { colorize, type Diffusion, ddim, imageToImage, inpaint, superResolve } from '@gen/diffusion'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { PictureQuestion, QuestionOptions } from './family.ts'

/**
 * Answers to a picture, by what it is: with missing parts they are filled in; gray, of a model of colors, it is colored; smaller by a
 * whole factor, it is enlarged; else it is varied.
 *
 * @throws GenError 'config' for a model of other than images, or a picture of another form.
 */
export function answerPicture(
  model: Diffusion,
  { image, known }: PictureQuestion,
  { count, key, steps, strength, labels, signal }: QuestionOptions,
): Promise<Tensor> {
  const [height = 0, width = 0, channels = 0] = model.shape
  const [, rows = 0, columns = 0, colors] = image.shape
  const drawn = { count, key, ...(labels && { labels }), ...(signal && { signal }) }
  const told = { ...drawn, ...(isContext(model, image) && { context: image }) }
  const sampler = ddim({ steps, eta: 0.85 })
  const fits = rows === height && columns === width
  if (fits && known) return inpaint(model, { image, known, steps, ...drawn })
  if (fits && colors === 1 && channels === 3) return colorize(model, { image, sampler, ...told })
  const isSmaller = rows < height && height % rows === 0 && columns === (width * rows) / height
  if (isSmaller && !known && colors === channels) return superResolve(model, { image, sampler, ...told })
  if (fits && colors === channels) return imageToImage(model, { image, strength, steps, ...drawn })
  throw refusal('config', 'gen answer', {
    expected: `a picture of ${width} × ${height} pixels, or one that is a whole factor smaller, for a model of [${model.shape.join(', ')}]`,
    got: `${columns} × ${rows} with ${colors} channels${known ? ' and missing parts' : ''}`,
    remedy: 'resize it',
  })
}

/** Whether the model was trained to be told such pictures. */
function isContext({ config }: Diffusion, image: Tensor): boolean {
  const { context } = config.network
  return Array.isArray(context) && context.join() === image.shape.slice(1).join()
}
