/** The order in which JPEG files store the coefficients of a block. @module */

/** Place in the block, row by row, of the coefficient that is stored as number i: along diagonals, up and down in turn. */
export const zigzag: Uint8Array = Uint8Array.from(
  Array.from({ length: 64 }, (_, place) => place).sort((a, b) => {
    const [first, second] = [(a >> 3) + (a & 7), (b >> 3) + (b & 7)]
    if (first !== second) return first - second
    return first % 2 === 0 ? b - a : a - b
  }),
)
