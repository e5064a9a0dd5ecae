/** The sizes that a pyramid of halvings passes through. @module */
import { refusal } from '@gen/backend'

/** `[28, 28, 1]` and 3 halvings: `[[28, 28], [14, 14], [7, 7], [4, 4]]`, odd sizes rounded up; refuses to halve a 1. */
export function halfSizes(where: string, [height, width]: readonly number[], halvings: number): number[][] {
  const sides = [height!, width!]
  if (halvings > 0 && Math.min(...sides) > 2 ** (halvings - 1)) {
    return Array.from({ length: halvings + 1 }, (_, level) => sides.map((n) => Math.ceil(n / 2 ** level)))
  }
  throw refusal('shape', where, {
    expected: `at least 1 width and sides of more than ${2 ** Math.max(0, halvings - 1)} pixels for ${halvings} widths`,
    got: `[${sides.join(', ')}]`,
    remedy: 'pass fewer widths',
    details: { sides, halvings },
  })
}
