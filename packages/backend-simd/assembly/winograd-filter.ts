// Filters of Winograd convolutions, transformed: U = G g Gᵀ. See winograd.ts; arguments: winograd-filter-words.ts.
import * as A from '../src/shared/winograd-filter-words'
import { panelStart, panelWidth } from './panels'
import { threadIndex } from './threads'
import { phaseOf } from './winograd'
import { filterTransform3 } from './winograd-transforms'
import { filterTransform2 } from './winograd-transforms-2'

/**
 * U of a 3 × 3 filter [3][3][c][k] for 8 output channels.
 */
export function winogradFilter(args: usize, chunk: i32): void {
  const filter = <usize>load<u32>(args, A.FILTER)
  const inputs = load<i32>(args, A.INPUTS)
  const outputs = load<i32>(args, A.OUTPUTS)
  const turned = load<i32>(args, A.TURNED) != 0
  const taps = scratch(args)
  const between = taps + 144
  const plane = (<usize>(inputs * outputs)) << 2
  const stride = load<usize>(args, A.PLANE)
  for (let k = chunk * 8, last = k + 8; k < last; k += 4) {
    let to = placeOf(args, k, inputs, outputs)
    const row = (<usize>panelWidth(k, outputs)) << 2
    for (let c = 0; c < inputs; c++, to += row) {
      for (let i: usize = 0; i < 9; i++) {
        const tap = filter + i * plane
        if (turned) {
          const from = tap + ((<usize>(k * inputs + c)) << 2)
          v128.store(taps + ((8 - i) << 4), load4(from, (<usize>inputs) << 2))
        } else v128.store(taps + (i << 4), v128.load(tap + ((<usize>(c * outputs + k)) << 2)))
      }
      for (let j: usize = 0; j < 3; j++) filterTransform3(taps + (j << 4), 48, between + (j << 4), 48)
      for (let i: usize = 0; i < 6; i++) filterTransform3(between + i * 48, 16, to + i * 6 * stride, stride)
    }
  }
}

/**
 * U of a 4 × 4 filter [4][4][channels][k] of stride 2 as filters of 2 × 2. Not turned: inputs are all four phases × channels, outputs k;
 * turned: inputs are k, outputs the channels of one phase. A chunk has 8 outputs.
 */
export function winogradFilterPhases(args: usize, chunk: i32): void {
  const channels = load<i32>(args, A.INPUTS)
  const kernels = load<i32>(args, A.OUTPUTS)
  const turned = load<i32>(args, A.TURNED) != 0
  const taps = scratch(args)
  const between = taps + 64
  const inputs = turned ? kernels : 4 * channels
  const outputs = turned ? channels : kernels
  const stride = load<usize>(args, A.PLANE)
  for (let o = chunk * 8, last = o + 8; o < last; o += 4) {
    let to = placeOf(args, o, inputs, outputs)
    const row = (<usize>panelWidth(o, outputs)) << 2
    for (let i = 0; i < inputs; i++, to += row) {
      if (turned) gatherPhase(args, load<i32>(args, A.PHASE), o, i, true, taps)
      else gatherPhase(args, phaseOf(i / channels, 2), i % channels, o, false, taps)
      for (let j: usize = 0; j < 2; j++) filterTransform2(taps + (j << 4), 32, between + (j << 4), 32)
      for (let r: usize = 0; r < 5; r++) filterTransform2(between + r * 32, 16, to + r * 5 * stride, stride)
    }
  }
}

/** Room of this thread. */
// @ts-ignore: decorator
@inline
function scratch(args: usize): usize {
  return <usize>load<u32>(args, A.SCRATCH) + <usize>threadIndex() * <usize>load<u32>(args, A.SCRATCH_STRIDE)
}

/** Where output k of the first input stands in a frequency of U. */
// @ts-ignore: decorator
@inline
function placeOf(args: usize, k: i32, inputs: i32, outputs: i32): usize {
  const start = panelStart(k, outputs)
  return <usize>load<u32>(args, A.U) + ((<usize>(start * inputs + k - start)) << 2)
}

/** The 2 × 2 taps of a phase (zeros beyond a filter of 3 × 3), four numbers each: of channel c for kernels k to k + 3, or turned, of k for c to c + 3. */
function gatherPhase(args: usize, phase: i32, c: i32, k: i32, turned: bool, taps: usize): void {
  const filter = <usize>load<u32>(args, A.FILTER)
  const channels = load<i32>(args, A.INPUTS)
  const kernels = load<i32>(args, A.OUTPUTS)
  const size = load<i32>(args, A.SIZE)
  for (let i = 0; i < 4; i++) {
    const ty = (i >> 1) * 2 + (phase >> 1)
    const tx = (i & 1) * 2 + (phase & 1)
    const to = taps + ((<usize>(turned ? 3 - i : i)) << 4)
    if (max(ty, tx) >= size) {
      v128.store(to, f32x4.splat(0))
      continue
    }
    const from = filter + ((<usize>(((ty * size + tx) * channels + c) * kernels + k)) << 2)
    v128.store(to, turned ? load4(from, (<usize>kernels) << 2) : v128.load(from))
  }
}

/** Four floats from `from` at distance `stride`, side by side. */
// @ts-ignore: decorator
@inline
function load4(from: usize, stride: usize): v128 {
  let v = v128.load32_zero(from)
  v = v128.load_lane<f32>(from + stride, v, 1)
  v = v128.load_lane<f32>(from + 2 * stride, v, 2)
  return v128.load_lane<f32>(from + 3 * stride, v, 3)
}
