/** Codes as pictures and films. @module */

import { assertInteger, refusal } from '@gen/backend'
import { type EncodeGifOptions, encodeGif, encodePng, type GridOptions, grid } from '@gen/io'
import type { Decoder } from '@gen/model'
import { concat, reshape, type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { given } from '../arguments.ts'
import { decodeAll } from '../in-batches.ts'

/** Options of {@link picture}. */
export interface PictureOptions extends GridOptions {
  /** Codes decoded at once. @default 64 */
  batchSize?: number
}

/**
 * Decodes codes and lays their images out as one PNG: a strip with `columns` equal to their number, a sheet with fewer.
 *
 * @throws GenError `shape` for codes of another size or a model that does not make images.
 * @example
 * await writeFile('walk.png', await picture(vae, slerp(from, to, 8), { columns: 8 }))
 */
export async function picture(decoder: Decoder, codes: Tensor2D, options: PictureOptions = {}): Promise<Uint8Array> {
  const { batchSize = 64, ...layout } = given('latentTools.picture', options)
  const images = await decodeImages('latentTools.picture', decoder, codes, batchSize)
  try {
    return sheetPng(images, layout)
  } finally {
    images.dispose()
  }
}

/** Options of {@link animation}. */
export interface AnimationOptions extends EncodeGifOptions {
  /** Codes decoded at once. @default 64 */
  batchSize?: number
  /** Each pixel becomes a square of this many. @default 4 */
  enlarge?: number
}

/**
 * Decodes codes and shows their images one after the other, as an animated GIF.
 *
 * @throws GenError `shape` for codes of another size or a model that does not make images.
 * @example
 * await writeFile('walk.gif', await animation(vae, interpolate(points, { closed: true })))
 */
export async function animation(
  decoder: Decoder,
  codes: Tensor2D,
  options: AnimationOptions = {},
): Promise<Uint8Array> {
  const { batchSize = 64, enlarge = 4, ...film } = given('latentTools.animation', options)
  assertInteger('latentTools.animation', 'enlarge', enlarge, { min: 1 })
  const images = await decodeImages('latentTools.animation', decoder, codes, batchSize)
  const frames = enlarged(images, enlarge)
  try {
    return await encodeGif(frames, film)
  } finally {
    images.dispose()
    frames.dispose()
  }
}

/** A batch of images as one PNG. */
export function sheetPng(images: Tensor4D, layout: GridOptions = {}): Uint8Array {
  const sheet: Tensor3D = grid(images, layout)
  try {
    return encodePng(sheet)
  } finally {
    sheet.dispose()
  }
}

/** Decodes codes of a model that makes images. */
export async function decodeImages(
  where: string,
  decoder: Decoder,
  codes: Tensor2D,
  batchSize?: number,
): Promise<Tensor4D> {
  const images = await decodeAll(where, decoder, codes, batchSize)
  if (isImages(images)) return images
  images.dispose()
  throw refusal('shape', where, {
    expected: 'decode to give images [batch, height, width, 1 or 3]',
    got: `[${images.shape}]`,
  })
}

/** Whether a tensor can be looked at. */
export function isImages(x: Tensor): x is Tensor4D {
  return x.rank === 4 && (x.shape[3] === 1 || x.shape[3] === 3)
}

function enlarged(images: Tensor4D, factor: number): Tensor4D {
  const [count, height, width, channels] = images.shape
  return tidy(() => {
    const wide = concat(
      Array.from({ length: factor }, () => reshape(images, [count * height, width, 1, channels])),
      2,
    )
    const rows = reshape(wide, [count * height, 1, width * factor * channels])
    const tall = concat(
      Array.from({ length: factor }, () => rows),
      1,
    )
    return reshape(tall, [count, height * factor, width * factor, channels])
  })
}
