// Packing of a factor: panels of 4 lines, the 4 numbers of one depth side by side, as tiles read them.

/**
 * Packs `lines` × `depth` numbers times `factor` into panels; lines that lack in the last one are 0. Lines are `across`
 * bytes apart, the numbers of a line `along`.
 */
export function pack(from: usize, lines: i32, depth: i32, across: usize, along: usize, factor: f64, to: usize): void {
  for (let line = 0; line < lines; line += 4) {
    const count = min(4, lines - line)
    if (count < 4) packEdge(from, count, depth, across, along, factor, to)
    else if (across == 8) packBeside(from, depth, along, factor, to)
    else if (along == 8) packAlong(from, depth, across, factor, to)
    else packEdge(from, 4, depth, across, along, factor, to)
    from += 4 * across
    to += (<usize>depth) << 5
  }
}

/** Lines beside each other: 4 numbers of one depth are in a row already. */
function packBeside(from: usize, depth: i32, along: usize, factor: f64, to: usize): void {
  const scale = v128.splat<f64>(factor)
  for (let k = 0; k < depth; k++) {
    v128.store(to, v128.mul<f64>(scale, v128.load(from)))
    v128.store(to, v128.mul<f64>(scale, v128.load(from, 16)), 16)
    from += along
    to += 32
  }
}

/** Lines that run along memory: two depths at once, turned by shuffles. */
function packAlong(from: usize, depth: i32, across: usize, factor: f64, to: usize): void {
  const scale = v128.splat<f64>(factor)
  let a = from
  let b = from + across
  let c = b + across
  let d = c + across
  let k = 0
  for (; k + 1 < depth; k += 2) {
    const p = v128.mul<f64>(scale, v128.load(a))
    const q = v128.mul<f64>(scale, v128.load(b))
    const r = v128.mul<f64>(scale, v128.load(c))
    const s = v128.mul<f64>(scale, v128.load(d))
    v128.store(to, v128.shuffle<f64>(p, q, 0, 2))
    v128.store(to, v128.shuffle<f64>(r, s, 0, 2), 16)
    v128.store(to, v128.shuffle<f64>(p, q, 1, 3), 32)
    v128.store(to, v128.shuffle<f64>(r, s, 1, 3), 48)
    a += 16
    b += 16
    c += 16
    d += 16
    to += 64
  }
  if (k < depth) packEdge(a, 4, 1, across, 8, factor, to)
}

/** Up to 4 lines, one number after the other. */
function packEdge(from: usize, count: i32, depth: i32, across: usize, along: usize, factor: f64, to: usize): void {
  for (let k = 0; k < depth; k++) {
    let at = from
    for (let line = 0; line < 4; line++) {
      store<f64>(to, line < count ? factor * load<f64>(at) : 0)
      at += across
      to += 8
    }
    from += along
  }
}
