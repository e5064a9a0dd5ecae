// Copying and filling of runs of bytes, for kernels. memory.copy and memory.fill leave WebAssembly for a call into the
// engine, which on shared memory goes word by word; these loops do not.

/** Copies `count` bytes between runs that do not overlap. */
export function copyBytes(to: usize, from: usize, count: usize): void {
  const end = to + count
  // Each load has a place of its own in the code, so that the processor sees a constant stride where rows are cut.
  for (const stop = to + (count & -128); to < stop; to += 128, from += 128) {
    const a = v128.load(from)
    const b = v128.load(from, 16)
    const c = v128.load(from, 32)
    const d = v128.load(from, 48)
    const e = v128.load(from, 64)
    const f = v128.load(from, 80)
    const g = v128.load(from, 96)
    const h = v128.load(from, 112)
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
    v128.store(to, e, 64)
    v128.store(to, f, 80)
    v128.store(to, g, 96)
    v128.store(to, h, 112)
  }
  if (to + 64 <= end) {
    const a = v128.load(from)
    const b = v128.load(from, 16)
    const c = v128.load(from, 32)
    const d = v128.load(from, 48)
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
    to += 64
    from += 64
  }
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from))
  if (to == end) return
  if (count >= 16) {
    // The rest, together with bytes already copied.
    v128.store(end - 16, v128.load(from + (end - to) - 16))
    return
  }
  for (; to + 4 <= end; to += 4, from += 4) store<u32>(to, load<u32>(from))
  for (; to < end; to++, from++) store<u8>(to, load<u8>(from))
}

/** Fills `count` bytes with the four of a word, over and over. */
export function fillBytes(to: usize, word: u32, count: usize): void {
  const value = i32x4.splat(word)
  const end = to + count
  for (const stop = to + (count & -64); to < stop; to += 64) {
    v128.store(to, value)
    v128.store(to, value, 16)
    v128.store(to, value, 32)
    v128.store(to, value, 48)
  }
  for (; to + 16 <= end; to += 16) v128.store(to, value)
  for (; to + 4 <= end; to += 4) v128.store_lane<u32>(to, value, 0)
  for (; to < end; to++) v128.store_lane<u8>(to, value, 0)
}
