/** The plane as cells: where fields are looked at. @module */

/** Centers of `side`² cells over [−bound, bound]², row by row from the bottom: `x₀ y₀ x₁ y₁ …`. */
export function cells(side: number, bound: number): Float32Array<ArrayBuffer> {
  const center = (i: number) => ((2 * i + 1) / side - 1) * bound
  return Float32Array.from({ length: 2 * side * side }, (_, i) =>
    center(i % 2 === 0 ? (i >> 1) % side : Math.floor((i >> 1) / side)),
  )
}
