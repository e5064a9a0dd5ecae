// Depthwise convolution and its gradients, directly: channels are independent; four (or sixteen) are computed side by side.
import { LINEAR } from '../src/shared/activations'
import * as A from '../src/shared/depthwise-words'
import { finishRow } from './epilogue'
import { madd } from './madd'
import { threadIndex } from './threads'

let args: usize = 0
/** Taps that count at a pixel: offset of the source from `base`, address of the weights. */
let list: usize = 0
let count: i32 = 0

/** One line of the result a chunk. */
export function depthwise(words: usize, chunk: i32): void {
  args = words
  list = load<usize>(args, A.SCRATCH) + <usize>threadIndex() * load<usize>(args, A.SCRATCH_STRIDE)
  const height = load<i32>(args, A.HEIGHT)
  const width = load<i32>(args, A.WIDTH)
  const inputs = load<i32>(args, A.INPUTS)
  const outputs = inputs * load<i32>(args, A.MULTIPLIER)
  const backward = load<i32>(args, A.BACKWARD) != 0
  const sourceChannels = backward ? outputs : inputs
  const channels = backward ? inputs : outputs
  const image = chunk / height
  const row = chunk - image * height
  const lineBytes = (<usize>(load<i32>(args, A.SOURCE_WIDTH) * sourceChannels)) << 2
  const plane = load<usize>(args, A.SOURCE) + <usize>(image * load<i32>(args, A.SOURCE_HEIGHT)) * lineBytes
  const pixelBytes = (<usize>sourceChannels) << 2
  const step: usize = backward ? pixelBytes : pixelBytes * <usize>load<i32>(args, A.STRIDE_X)
  let y = load<usize>(args, A.RESULT) + ((<usize>(chunk * width * channels)) << 2)
  // Where all taps are inside, the list stays and only its base moves.
  let listedAt = -1
  for (let column = 0; column < width; column++, y += (<usize>channels) << 2) {
    const inner = isInner(column, backward)
    if (!inner || listedAt < 0) {
      collect(row, column, lineBytes, pixelBytes, backward)
      listedAt = inner ? column : -1
    }
    const base = plane + (listedAt < 0 ? 0 : <usize>(column - listedAt) * step)
    sum(base, y, backward)
    finish(y, channels)
  }
}

/** Whether all taps of the filter's rows are inside the source's line, in a way that moves with the column. */
function isInner(column: i32, backward: bool): bool {
  const reach = (load<i32>(args, A.TAPS_X) - 1) * load<i32>(args, A.DILATION_X)
  const left = load<i32>(args, A.LEFT)
  const width = load<i32>(args, A.SOURCE_WIDTH)
  if (backward) return load<i32>(args, A.STRIDE_X) == 1 && column + left - reach >= 0 && column + left < width
  const first = column * load<i32>(args, A.STRIDE_X) - left
  return first >= 0 && first + reach < width
}

/** Where in the source tap `tap` looks from `at`, or −1. */
// @ts-ignore: decorator
@inline
function look(at: i32, tap: i32, stride: i32, pad: i32, extent: i32, backward: bool): i32 {
  let place = backward ? at + pad - tap : at * stride - pad + tap
  if (place < 0) return -1
  if (backward && stride > 1) {
    const whole = place / stride
    if (whole * stride != place) return -1
    place = whole
  }
  return place < extent ? place : -1
}

function collect(row: i32, column: i32, lineBytes: usize, pixelBytes: usize, backward: bool): void {
  const tapBytes = (<usize>(load<i32>(args, A.INPUTS) * load<i32>(args, A.MULTIPLIER))) << 2
  const tapsX = load<i32>(args, A.TAPS_X)
  let entry = list
  for (let ty = 0; ty < load<i32>(args, A.TAPS_Y); ty++) {
    const dy = ty * load<i32>(args, A.DILATION_Y)
    const iy = look(
      row,
      dy,
      load<i32>(args, A.STRIDE_Y),
      load<i32>(args, A.TOP),
      load<i32>(args, A.SOURCE_HEIGHT),
      backward,
    )
    if (iy < 0) continue
    for (let tx = 0; tx < tapsX; tx++) {
      const dx = tx * load<i32>(args, A.DILATION_X)
      const ix = look(
        column,
        dx,
        load<i32>(args, A.STRIDE_X),
        load<i32>(args, A.LEFT),
        load<i32>(args, A.SOURCE_WIDTH),
        backward,
      )
      if (ix < 0) continue
      store<usize>(entry, <usize>iy * lineBytes + <usize>ix * pixelBytes)
      store<usize>(entry, load<usize>(args, A.FILTER) + <usize>(ty * tapsX + tx) * tapBytes, 4)
      entry += 8
    }
  }
  count = <i32>((entry - list) >> 3)
}

/** One pixel of the result. */
function sum(base: usize, y: usize, backward: bool): void {
  const multiplier = load<i32>(args, A.MULTIPLIER)
  const inputs = load<i32>(args, A.INPUTS)
  if (multiplier > 1) {
    if (backward) sumOfMany(base, y, inputs, multiplier)
    else sumToMany(base, y, inputs, multiplier)
    return
  }
  const end = list + ((<usize>count) << 3)
  let c = 0
  for (; c + 16 <= inputs; c += 16) {
    const offset = (<usize>c) << 2
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0
    for (let entry = list; entry < end; entry += 8) {
      const a = base + load<usize>(entry) + offset
      const w = load<usize>(entry, 4) + offset
      s0 = madd(v128.load(a), v128.load(w), s0)
      s1 = madd(v128.load(a, 16), v128.load(w, 16), s1)
      s2 = madd(v128.load(a, 32), v128.load(w, 32), s2)
      s3 = madd(v128.load(a, 48), v128.load(w, 48), s3)
    }
    const to = y + offset
    v128.store(to, s0)
    v128.store(to, s1, 16)
    v128.store(to, s2, 32)
    v128.store(to, s3, 48)
  }
  for (; c + 4 <= inputs; c += 4) {
    let s = f32x4.splat(0)
    for (let entry = list; entry < end; entry += 8) {
      s = madd(
        v128.load(base + load<usize>(entry) + ((<usize>c) << 2)),
        v128.load(load<usize>(entry, 4) + ((<usize>c) << 2)),
        s,
      )
    }
    v128.store(y + ((<usize>c) << 2), s)
  }
  for (; c < inputs; c++) {
    let s: f32 = 0
    for (let entry = list; entry < end; entry += 8) {
      s +=
        load<f32>(base + load<usize>(entry) + ((<usize>c) << 2)) * load<f32>(load<usize>(entry, 4) + ((<usize>c) << 2))
    }
    store<f32>(y + ((<usize>c) << 2), s)
  }
}

/** Several outputs of each channel. */
function sumToMany(base: usize, y: usize, inputs: i32, multiplier: i32): void {
  const end = list + ((<usize>count) << 3)
  for (let c = 0; c < inputs; c++) {
    for (let q = 0; q < multiplier; q++) {
      const o = (<usize>(c * multiplier + q)) << 2
      let s: f32 = 0
      for (let entry = list; entry < end; entry += 8) {
        s += load<f32>(base + load<usize>(entry) + ((<usize>c) << 2)) * load<f32>(load<usize>(entry, 4) + o)
      }
      store<f32>(y + o, s)
    }
  }
}

function sumOfMany(base: usize, y: usize, inputs: i32, multiplier: i32): void {
  const end = list + ((<usize>count) << 3)
  for (let c = 0; c < inputs; c++) {
    let s: f32 = 0
    for (let entry = list; entry < end; entry += 8) {
      for (let q = 0; q < multiplier; q++) {
        const o = (<usize>(c * multiplier + q)) << 2
        s += load<f32>(base + load<usize>(entry) + o) * load<f32>(load<usize>(entry, 4) + o)
      }
    }
    store<f32>(y + ((<usize>c) << 2), s)
  }
}

// @ts-ignore: decorator
@inline
function finish(y: usize, channels: i32): void {
  const bias = load<usize>(args, A.BIAS)
  const kind = load<i32>(args, A.ACTIVATION)
  if (bias == 0 && kind == LINEAR) return
  const step = load<usize>(args, A.ALPHA_STEP)
  finishRow(kind, y, channels, bias, step == 0 ? args + A.ALPHA : load<usize>(args, A.ALPHA), step)
}

/**
 * Filter gradient: a chunk is one row of taps for 16 output channels, summed line by line over all images, so sums do not
 * depend on threads. `SOURCE` is x, `FILTER` dy, `RESULT` dw.
 */
export function depthwiseFilter(words: usize, chunk: i32): void {
  args = words
  const multiplier = load<i32>(args, A.MULTIPLIER)
  const outputs = load<i32>(args, A.INPUTS) * multiplier
  const blocks = (outputs + 15) >> 4
  const ty = chunk / blocks
  const first = (chunk - ty * blocks) << 4
  const end = min(outputs, first + 16)
  const tapsX = load<i32>(args, A.TAPS_X)
  const dw = load<usize>(args, A.RESULT) + ((<usize>(ty * tapsX * outputs)) << 2)
  const tapBytes = (<usize>outputs) << 2
  for (let tx = 0; tx < tapsX; tx++) {
    memory.fill(dw + <usize>tx * tapBytes + ((<usize>first) << 2), 0, (<usize>(end - first)) << 2)
  }
  const rows = load<i32>(args, A.HEIGHT)
  for (let line = 0, lines = load<i32>(args, A.IMAGES) * rows; line < lines; line++) {
    const image = line / rows
    for (let tx = 0; tx < tapsX; tx++) {
      meet(image, line - image * rows, ty, tx)
      if (runLength == 0) continue
      const to = dw + <usize>tx * tapBytes
      let o = first
      if (multiplier == 1) {
        if (o + 16 <= end) {
          addRun16(o, to + ((<usize>o) << 2))
          o += 16
        }
        for (; o + 4 <= end; o += 4) addRun<v128>(o, to + ((<usize>o) << 2))
      }
      for (; o < end; o++) addRun<f32>(o, to + ((<usize>o) << 2))
    }
  }
}

// A run of pixels of x and of dy that one tap joins; set by `meet`.
let runX: usize = 0
let runDy: usize = 0
let runLength: i32 = 0

/** The pixels of line `row` of an image of dy that tap (ty, tx) joins with pixels of x. */
function meet(image: i32, row: i32, ty: i32, tx: i32): void {
  const inputs = load<i32>(args, A.INPUTS)
  const outputs = inputs * load<i32>(args, A.MULTIPLIER)
  const strideX = load<i32>(args, A.STRIDE_X)
  const sourceWidth = load<i32>(args, A.SOURCE_WIDTH)
  const width = load<i32>(args, A.WIDTH)
  const iy = row * load<i32>(args, A.STRIDE_Y) - load<i32>(args, A.TOP) + ty * load<i32>(args, A.DILATION_Y)
  const ix = tx * load<i32>(args, A.DILATION_X) - load<i32>(args, A.LEFT)
  const low = ix >= 0 ? 0 : (strideX - 1 - ix) / strideX
  const high = ix >= sourceWidth ? 0 : min(width, (sourceWidth - ix + strideX - 1) / strideX)
  runLength = <u32>iy < load<u32>(args, A.SOURCE_HEIGHT) && high > low ? high - low : 0
  const line = image * load<i32>(args, A.SOURCE_HEIGHT) + iy
  runX = load<usize>(args, A.SOURCE) + ((<usize>((line * sourceWidth + ix + low * strideX) * inputs)) << 2)
  runDy =
    load<usize>(args, A.FILTER) + ((<usize>(((image * load<i32>(args, A.HEIGHT) + row) * width + low) * outputs)) << 2)
}

// @ts-ignore: decorator
@inline
function add(to: usize, sum: v128): void {
  v128.store(to, f32x4.add(v128.load(to), sum))
}

/** Adds the run's sums for 16 channels. */
function addRun16(o: i32, to: usize): void {
  const stepDy = (<usize>load<i32>(args, A.INPUTS)) << 2
  const stepX = stepDy * <usize>load<i32>(args, A.STRIDE_X)
  let a = runX + ((<usize>o) << 2)
  let d = runDy + ((<usize>o) << 2)
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0
  for (let i = 0; i < runLength; i++, a += stepX, d += stepDy) {
    s0 = madd(v128.load(a), v128.load(d), s0)
    s1 = madd(v128.load(a, 16), v128.load(d, 16), s1)
    s2 = madd(v128.load(a, 32), v128.load(d, 32), s2)
    s3 = madd(v128.load(a, 48), v128.load(d, 48), s3)
  }
  add(to, s0)
  add(to + 16, s1)
  add(to + 32, s2)
  add(to + 48, s3)
}

/** The same for four channels (`T` = v128, multiplier 1) or one output channel. */
function addRun<T>(o: i32, to: usize): void {
  const inputs = load<i32>(args, A.INPUTS)
  const multiplier = load<i32>(args, A.MULTIPLIER)
  const stepX = (<usize>(inputs * load<i32>(args, A.STRIDE_X))) << 2
  const stepDy = (<usize>(inputs * multiplier)) << 2
  let a = runX + ((<usize>(o / multiplier)) << 2)
  let d = runDy + ((<usize>o) << 2)
  if (isVector<T>()) {
    let s = f32x4.splat(0)
    for (let i = 0; i < runLength; i++, a += stepX, d += stepDy) s = madd(v128.load(a), v128.load(d), s)
    add(to, s)
  } else {
    let s: f32 = 0
    for (let i = 0; i < runLength; i++, a += stepX, d += stepDy) s += load<f32>(a) * load<f32>(d)
    store<f32>(to, load<f32>(to) + s)
  }
}
