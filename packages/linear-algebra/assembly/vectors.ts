// Products with vectors: what blocked algorithms do in their panels.

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return v128.add<f64>(c, v128.mul<f64>(a, b))
}

// @ts-ignore: decorator
@inline
function total(sum: v128): f64 {
  return v128.extract_lane<f64>(sum, 0) + v128.extract_lane<f64>(sum, 1)
}

/** Adds `factor · A · x` to y, whose numbers are `yStep` bytes apart; the rows of A run along memory. */
export function timesVector(
  rows: i32,
  columns: i32,
  factor: f64,
  a: usize,
  aRow: usize,
  x: usize,
  y: usize,
  yStep: usize,
): void {
  let i = 0
  for (; i + 3 < rows; i += 4) {
    fourDots(columns, factor, a, aRow, x, y, yStep)
    a += 4 * aRow
    y += 4 * yStep
  }
  for (; i < rows; i++) {
    store<f64>(y, load<f64>(y) + factor * dot(columns, a, x))
    a += aRow
    y += yStep
  }
}

/** The scalar product, in four sums, for a single one waits for each addition. */
function dot(length: i32, a: usize, b: usize): f64 {
  let s0 = v128.splat<f64>(0)
  let s1 = v128.splat<f64>(0)
  let k = 0
  for (; k + 3 < length; k += 4) {
    s0 = madd(v128.load(a), v128.load(b), s0)
    s1 = madd(v128.load(a, 16), v128.load(b, 16), s1)
    a += 32
    b += 32
  }
  let sum = total(v128.add<f64>(s0, s1))
  for (; k < length; k++) {
    sum += load<f64>(a) * load<f64>(b)
    a += 8
    b += 8
  }
  return sum
}

function fourDots(length: i32, factor: f64, a: usize, aRow: usize, x: usize, y: usize, yStep: usize): void {
  let s0 = v128.splat<f64>(0)
  let s1 = v128.splat<f64>(0)
  let s2 = v128.splat<f64>(0)
  let s3 = v128.splat<f64>(0)
  let b = a + aRow
  let c = b + aRow
  let d = c + aRow
  let k = 0
  for (; k + 1 < length; k += 2) {
    const v = v128.load(x)
    s0 = madd(v128.load(a), v, s0)
    s1 = madd(v128.load(b), v, s1)
    s2 = madd(v128.load(c), v, s2)
    s3 = madd(v128.load(d), v, s3)
    a += 16
    b += 16
    c += 16
    d += 16
    x += 16
  }
  const last = k < length ? load<f64>(x) : 0
  store<f64>(y, load<f64>(y) + factor * (total(s0) + (k < length ? last * load<f64>(a) : 0)))
  y += yStep
  store<f64>(y, load<f64>(y) + factor * (total(s1) + (k < length ? last * load<f64>(b) : 0)))
  y += yStep
  store<f64>(y, load<f64>(y) + factor * (total(s2) + (k < length ? last * load<f64>(c) : 0)))
  y += yStep
  store<f64>(y, load<f64>(y) + factor * (total(s3) + (k < length ? last * load<f64>(d) : 0)))
}

/** Adds `factor · Aᵀ · x` to y; the numbers of x are `xStep` bytes apart, the rows of A run along memory. */
export function transposedTimesVector(
  rows: i32,
  columns: i32,
  factor: f64,
  a: usize,
  aRow: usize,
  x: usize,
  xStep: usize,
  y: usize,
): void {
  let i = 0
  for (; i + 3 < rows; i += 4) {
    addFour(columns, factor, a, aRow, x, xStep, y)
    a += 4 * aRow
    x += 4 * xStep
  }
  for (; i < rows; i++) {
    addRow(columns, factor * load<f64>(x), a, y)
    a += aRow
    x += xStep
  }
}

/** Adds `factor · a` to y. */
function addRow(length: i32, factor: f64, a: usize, y: usize): void {
  const f = v128.splat<f64>(factor)
  let k = 0
  for (; k + 1 < length; k += 2) {
    v128.store(y, madd(f, v128.load(a), v128.load(y)))
    a += 16
    y += 16
  }
  if (k < length) store<f64>(y, load<f64>(y) + factor * load<f64>(a))
}

function addFour(length: i32, factor: f64, a: usize, aRow: usize, x: usize, xStep: usize, y: usize): void {
  const p = factor * load<f64>(x)
  const q = factor * load<f64>(x + xStep)
  const r = factor * load<f64>(x + 2 * xStep)
  const s = factor * load<f64>(x + 3 * xStep)
  const f0 = v128.splat<f64>(p)
  const f1 = v128.splat<f64>(q)
  const f2 = v128.splat<f64>(r)
  const f3 = v128.splat<f64>(s)
  let b = a + aRow
  let c = b + aRow
  let d = c + aRow
  let k = 0
  for (; k + 1 < length; k += 2) {
    const left = madd(f1, v128.load(b), v128.mul<f64>(f0, v128.load(a)))
    const right = madd(f3, v128.load(d), v128.mul<f64>(f2, v128.load(c)))
    v128.store(y, v128.add<f64>(v128.load(y), v128.add<f64>(left, right)))
    a += 16
    b += 16
    c += 16
    d += 16
    y += 16
  }
  if (k < length) {
    const left = p * load<f64>(a) + q * load<f64>(b)
    store<f64>(y, load<f64>(y) + (left + (r * load<f64>(c) + s * load<f64>(d))))
  }
}

/** Adds `factor · x · yᵀ` to A; the numbers of x are `xStep` bytes apart. */
export function addOuter(
  rows: i32,
  columns: i32,
  factor: f64,
  x: usize,
  xStep: usize,
  y: usize,
  a: usize,
  aRow: usize,
): void {
  for (let i = 0; i < rows; i++) {
    addRow(columns, factor * load<f64>(x), y, a)
    a += aRow
    x += xStep
  }
}

/** Turns two rows in their plane: `(c·x + s·y, c·y − s·x)`. */
export function turn(length: i32, cosine: f64, sine: f64, x: usize, y: usize): void {
  const c = v128.splat<f64>(cosine)
  const s = v128.splat<f64>(sine)
  let k = 0
  for (; k + 1 < length; k += 2) {
    const u = v128.load(x)
    const v = v128.load(y)
    v128.store(x, madd(s, v, v128.mul<f64>(c, u)))
    v128.store(y, v128.sub<f64>(v128.mul<f64>(c, v), v128.mul<f64>(s, u)))
    x += 16
    y += 16
  }
  if (k < length) {
    const u = load<f64>(x)
    const v = load<f64>(y)
    store<f64>(x, cosine * u + sine * v)
    store<f64>(y, cosine * v - sine * u)
  }
}
