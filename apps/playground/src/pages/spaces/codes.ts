/** The same faces in both spaces. @module */
import { fold, type Key, normalArray } from '@gen/backend'
import type { Gan } from '@gen/gan'
import type { Vae } from '@gen/vae'
import { type Tensor2D, type Tensor4D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { candidates, tested } from './view.ts'

/** Rows of numbers. */
export type Rows = {
  readonly rows: number
  readonly columns: number
  readonly data: Float32Array<ArrayBuffer>
}

/** Faces of the GAN, and what the VAE has of each. */
export type Located = {
  /** Codes in the GAN's space, from its prior. */
  readonly a: Rows
  /** Codes of the same faces in the VAE's space, by its encoder. */
  readonly b: Rows
  /** The faces. */
  readonly images: Rows
}

/** Both parts: points to choose from, and faces of no support set. */
export interface BothSpaces {
  readonly points: Located
  readonly test: Located
  decode(codes: Rows): Rows
}

/** Draws faces of the GAN and finds them in the VAE. A face of the GAN has its code already: no search is needed. */
export function bothSpaces(gan: Gan, vae: Vae, k: Key): BothSpaces {
  const located = (key: Key, count: number): Located =>
    tidy(() => {
      const a = {
        rows: count,
        columns: gan.latentSize,
        data: Float32Array.from(normalArray(key, count, gan.latentSize)),
      }
      const x = gan.decode(tensorOf(a)) as Tensor4D
      return { a, b: rowsOf(vae.encode(x), count), images: rowsOf(x, count) }
    })
  return {
    points: located(fold(k, 0), candidates),
    test: located(fold(k, 1), tested),
    decode: (codes) => tidy(() => rowsOf(vae.decode(tensorOf(codes)), codes.rows)),
  }
}

/** Some of the rows. */
export function picked({ columns, data }: Rows, at: readonly number[]): Rows {
  const found = new Float32Array(at.length * columns)
  for (const [i, row] of at.entries()) found.set(data.subarray(row * columns, (row + 1) * columns), i * columns)
  return { rows: at.length, columns, data: found }
}

function tensorOf({ rows, columns, data }: Rows): Tensor2D {
  return tensor2d(data, [rows, columns])
}

function rowsOf(tensor: { readonly size: number; dataSync(): ArrayLike<number> }, rows: number): Rows {
  return { rows, columns: tensor.size / rows, data: Float32Array.from(tensor.dataSync()) }
}
