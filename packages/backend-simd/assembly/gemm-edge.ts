// A 4×8 tile of its own for the columns at the right edge of a result, where there is no room for 8. Its rows' addresses
// come first, so that it can stand where a tile's row addresses do. It takes EDGE bytes (gemm-words.ts).

// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, columns: i32): void {
  for (const end = to + ((<usize>columns) << 2); to < end; to += 4, from += 4) store<f32>(to, load<f32>(from))
}

/** Makes the tile ready, with what the result's rows hold if that is added to. */
export function openEdge(edge: usize, rows: usize, column: usize, columns: i32, adding: bool): void {
  for (let r: usize = 0; r < 4; r++) {
    const row = edge + 16 + (r << 5)
    store<u32>(edge + (r << 2), <u32>row)
    if (adding) copy(row, <usize>load<u32>(rows + (r << 2)) + column, columns)
  }
}

/** Copies the tile to the result, row 0 last (see gemm-tiles.ts). */
export function closeEdge(edge: usize, rows: usize, column: usize, columns: i32): void {
  for (let r = 3; r >= 0; r--) {
    copy(<usize>load<u32>(rows + ((<usize>r) << 2)) + column, edge + 16 + ((<usize>r) << 5), columns)
  }
}
