/** Which items of many are looked at. @module */

/** Places of `count` of `size` items, evenly over all: items of a folder come class by class. */
export function evenPlaces(size: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i * size) / count))
}
