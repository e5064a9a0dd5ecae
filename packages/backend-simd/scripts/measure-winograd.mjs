/**
 * Convolutions of 3 × 3 and stride 2 by Winograd's transforms and as products, by turns, in processor time of one thread: what
 * `winogradFits` decides by. And element-wise kernels of the 256-bit build against the 128-bit one, where the engine has both.
 *
 * `node --import tsx --conditions=@gen/source packages/backend-simd/scripts/measure-winograd.mjs`
 */
import { backend_util } from '@tensorflow/tfjs-core'
import { SimdBackend } from '../src/backend.ts'
import { fastKernels } from '../src/kernels/all.ts'
import { gemmFilterGradient, gemmForward, gemmInputGradient } from '../src/kernels/convolution-gemm.ts'
import { noEpilogue } from '../src/kernels/epilogue.ts'
import { winogradFilterGradient, winogradForward, winogradInputGradient } from '../src/kernels/winograd.ts'
import { startProgram } from '../src/program.ts'
import { relaxedSimd } from '../src/relaxed-simd.ts'
import { joinOperations, noWideSimd } from '../src/wide-simd.ts'

relaxedSimd()
const builds = noWideSimd() === undefined ? ['relaxed', 'wide'] : ['relaxed']
if (builds.length > 1) joinOperations()
const backends = await Promise.all(
  builds.map(
    async (name) => new SimdBackend(await startProgram({ threads: 1, maximumBytes: 2 ** 30 }, name), { name }),
  ),
)

/** Milliseconds of this process. */
function processorTime() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Milliseconds of one call, the lower quartile of 15 turns for each. */
function byTurns(calls) {
  const once = (call) => {
    const start = processorTime()
    let count = 0
    for (; processorTime() - start < 8; count++) call()
    return (processorTime() - start) / count
  }
  for (let warm = 0; warm < 3; warm++) calls.forEach(once)
  const turns = Array.from({ length: 15 }, () => calls.map(once))
  return calls.map((_, i) => turns.map((turn) => turn[i]).sort((a, b) => a - b)[3])
}

const tensor = (backend, shape, factor) => {
  const size = shape.reduce((product, extent) => product * extent, 1)
  const values = Float32Array.from({ length: size }, (_, i) => 0.01 + ((i * factor) % 1013) / 500)
  return backend.makeTensorInfo(shape, 'float32', values)
}

const report = (name, [before, after]) =>
  console.log(`${name}: ${before.toFixed(4)} → ${after.toFixed(4)} ms, ${(after / before).toFixed(2)}`)

const images = [
  [64, 32, 32, 64],
  [64, 32, 64, 64],
  [64, 16, 64, 128],
  [64, 64, 32, 32],
  [64, 14, 32, 64],
  [64, 16, 128, 128],
  [64, 8, 128, 128],
  [1, 32, 64, 64],
]

for (const [batch, side, from, to] of images) {
  const backend = backends.at(-1)
  const geometry = backend_util.computeConv2DInfo([batch, side, side, from], [3, 3, from, to], 2, 1, 1, 'floor')
  const shapes = [geometry.inShape, geometry.filterShape, geometry.outShape]
  const [x, filter, dy] = shapes.map((shape, i) => tensor(backend, shape, i + 7))
  const [dx, dw, y] = shapes.map((shape) => backend.output(shape, 'float32'))
  const directions = {
    forward: [
      () => gemmForward(backend, x, filter, y, geometry, noEpilogue),
      () => winogradForward(backend, x, filter, y, geometry),
    ],
    input: [gemmInputGradient, winogradInputGradient].map((f) => () => f(backend, dy, filter, dx, geometry)),
    filter: [gemmFilterGradient, winogradFilterGradient].map((f) => () => f(backend, x, dy, dw, geometry)),
  }
  for (const [direction, calls] of Object.entries(directions)) {
    report(`${batch}×${side}×${side}×${from} → ${to}, ${direction}`, byTurns(calls))
  }
  for (const { dataId } of [x, filter, dy, dx, dw, y]) backend.disposeData(dataId)
}

const step = { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, step: 3 }
const elementwise = [
  ['Add', ['a', 'b']],
  ['Multiply', ['a', 'b']],
  ['Exp', ['x']],
  ['Tanh', ['x']],
  ['Relu', ['x']],
  ['GenSilu', ['x0']],
  ['GenSiluGrad', ['dy', 'x0']],
  ['GenAdamW', ['x0', 'g0', 'm0', 'v0'], { ...step, count: 1, gradientScale: 1 }],
]

for (const [kernel, names, attrs = {}] of backends.length > 1 ? elementwise : []) {
  const { kernelFunc } = fastKernels.find(({ kernelName }) => kernelName === kernel)
  const calls = backends.map((backend) => {
    const inputs = Object.fromEntries(names.map((name, i) => [name, tensor(backend, [16384], i + 7)]))
    return () => {
      for (const { dataId } of [kernelFunc({ inputs, attrs, backend })].flat()) backend.disposeData(dataId)
    }
  })
  report(`${kernel} of 16,384, 256 bits against 128`, byTurns(calls))
}
process.exit(0)
