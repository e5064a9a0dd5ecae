/** Decompression that trusts no declared size. @module */
import { GenError, refusal } from '@gen/backend'
import { Inflate, Unzlib } from 'fflate'

/** Deflate cannot expand a byte to more than this. */
const maxExpansion = 1032

/** One step's input: what it inflates to is bounded before the size is looked at again. */
const stepBytes = 16_384

/** What to inflate, and what is known about it. */
export interface InflateJob {
  /** The caller, as `package.function`. */
  readonly where: string
  /** What the data is, for the error. */
  readonly name: string
  readonly data: Uint8Array
  /** The size that the file declares; anything else is an error. */
  readonly size: number
  readonly wrapper: 'none' | 'zlib'
}

/**
 * Inflates to exactly `size` bytes. A size that the data cannot reach is refused before it is allocated; data that go on
 * beyond it stop there.
 */
export function inflateExactly({ where, name, data, size, wrapper }: InflateJob): Uint8Array {
  const wrong = (got: string, cause?: unknown): GenError =>
    refusal('file', where, {
      expected: `${name} to inflate to ${size} bytes`,
      got,
      remedy: 'the file is damaged',
      cause,
    })
  if (size > data.length * maxExpansion) throw wrong(`${data.length} compressed bytes, too few for that`)
  const out = new Uint8Array(size)
  let at = 0
  const take = (chunk: Uint8Array): void => {
    if (at + chunk.length > size) throw wrong('more')
    out.set(chunk, at)
    at += chunk.length
  }
  try {
    const stream = wrapper === 'zlib' ? new Unzlib(take) : new Inflate(take)
    for (let i = 0; i < data.length; i += stepBytes) {
      stream.push(data.subarray(i, i + stepBytes), i + stepBytes >= data.length)
    }
  } catch (cause) {
    throw GenError.is(cause) ? cause : wrong('data that are not deflate', cause)
  }
  if (at !== size) throw wrong(`${at}`)
  return out
}
