// Reading ahead. WebAssembly has no prefetch; a loop that does nothing but read has a dozen lines of the cache under way at
// once, where one that computes, or jumps between rows, soon waits for each. Worth it for lines that come from memory and are
// read or written out of order; a loss where they are used in order, or are in the second-level cache.

// Keeps the reads from being dropped as useless.
let seen: i32 = 0

/** Brings the cache lines from `from` to `end` into the cache. */
export function touch(from: usize, end: usize): void {
  let a = seen
  let b = 0
  let p = from
  for (; p + 256 <= end; p += 256) {
    a ^= load<i32>(p)
    b ^= load<i32>(p, 64)
    a ^= load<i32>(p, 128)
    b ^= load<i32>(p, 192)
  }
  for (; p < end; p += 64) a ^= load<i32>(p)
  seen = a ^ b
}

/** The same for `rows` rows of so many bytes, `stride` apart. */
export function touchRows(from: usize, rows: i32, stride: usize, bytes: usize): void {
  if (bytes == stride) touch(from, from + <usize>rows * stride)
  else for (let i = 0; i < rows; i++, from += stride) touch(from, from + bytes)
}
