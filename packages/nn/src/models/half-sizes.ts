/** The sizes that a pyramid of halvings passes through. @module */
import { refusal } from '@gen/backend'

/** `[28, 28]` and 3 halvings: `[[28, 28], [14, 14], [7, 7], [4, 4]]`, odd sizes rounded up; refuses to halve a 1. */
export function halfSizes(where: string, size: number[], halvings: number): number[][] {
  const sizes = Array.from({ length: halvings + 1 }, (_, level) => size.map((n) => Math.ceil(n / 2 ** level)))
  const smallest = 2 ** (halvings - 1) + 1
  if (halvings > 0 && size.some((n) => n < smallest)) {
    const most = Math.max(1, Math.floor(Math.log2(Math.max(1, Math.min(...size) - 1))) + 1)
    throw refusal('shape', where, {
      expected: `sides of at least ${smallest} pixels to halve ${halvings} times`,
      got: `[${size.join(', ')}]`,
      remedy: `pass at most ${most} widths`,
      details: { size, halvings },
    })
  }
  return sizes
}
