/** Images as bytes. @module */

/** An image of bytes, channels last. */
export interface ByteImage {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}
