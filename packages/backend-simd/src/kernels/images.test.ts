import { avgPool, engine, maxPool, mul, sum, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { agreesWithCpu, describeBackend, forAll, seeds, specOf, type TensorSpec } from './laws.ts'

const side = fc.integer({ min: 1, max: 9 })
const cases = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: side,
  width: side,
  // Around the widths that are vectorized: 4, 16 and 32 channels.
  channels: fc.constantFrom(1, 3, 4, 7, 18, 33, 38),
  rows: side,
  columns: side,
  mode: fc.constantFrom('edges' as const, 'corners' as const, 'centers' as const),
  seed: seeds,
})

const resizeAttributes = (mode: string, size: [number, number]) => ({
  alignCorners: mode === 'corners',
  halfPixelCenters: mode === 'centers',
  size,
})

const run = (kernel: string, inputs: Record<string, Tensor>, attributes: object) =>
  engine().runKernel(kernel, inputs, attributes as never) as Tensor

/** ⟨forward(x), dy⟩ = ⟨x, backward(dy)⟩: what a gradient of a linear map must satisfy, and nothing else does for all x. */
function isAdjoint(
  forward: (x: Tensor) => Tensor,
  backward: (dy: Tensor, x: Tensor) => Tensor,
  spec: TensorSpec,
): void {
  tidy(() => {
    const x = tensor(spec.values, spec.shape)
    const y = forward(x)
    const dySpec = specOf(y.shape, 99)
    const dy = tensor(dySpec.values, y.shape)
    const dx = backward(dy, x)
    expect(dx.shape).toEqual(x.shape)
    const scale = Math.sqrt(y.size) * 16
    expect([sum(mul(y, dy)).dataSync()[0]! / scale]).toBeAllClose([sum(mul(x, dx)).dataSync()[0]! / scale])
  })
}

describeBackend('images', () => {
  for (const kernel of ['ResizeBilinear', 'ResizeNearestNeighbor']) {
    it(`${kernel} agrees with cpu, and its gradient is its adjoint`, async () => {
      await forAll(cases, async ({ batch, height, width, channels, rows, columns, mode, seed }) => {
        const spec = specOf([batch, height, width, channels], seed)
        const attributes = resizeAttributes(mode, [rows, columns])
        const forward = (images: Tensor) => run(kernel, { images }, attributes)
        await agreesWithCpu((x) => forward(x!), [spec])
        isAdjoint(forward, (dy, images) => run(`${kernel}Grad`, { dy, images }, attributes), spec)
      })
    })

    it(`${kernel}'s gradient agrees with cpu where cpu's is right`, async () => {
      await forAll(cases, async ({ height, channels, rows, columns, mode, seed }) => {
        // tfjs-backend-cpu ignores half-pixel centers, never returns with the corners of one pixel, takes the second
        // image of a batch from the wrong place, and exchanges height and width.
        if (mode === 'centers' || (mode === 'corners' && height === 1)) return
        const attributes = resizeAttributes(mode, [rows, columns])
        await agreesWithCpu(
          (dy, images) => run(`${kernel}Grad`, { dy: dy!, images: images! }, attributes),
          [specOf([1, rows, columns, channels], seed), specOf([1, height, height, channels], seed + 1)],
        )
      })
    })
  }

  const pools = fc.record({
    image: cases,
    window: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: fc.constantFrom('same' as const, 'valid' as const),
  })

  it('averages windows as cpu does, and the gradient is the adjoint', async () => {
    await forAll(pools, async ({ image: { batch, height, width, channels, seed }, window, strides, pad }) => {
      const spec = specOf([batch, Math.max(height, 3), Math.max(width, 3), channels], seed)
      const forward = (x: Tensor) => avgPool(x as Tensor4D, window, strides, pad)
      const backward = (dy: Tensor, input: Tensor) =>
        run('AvgPoolGrad', { dy, input }, { filterSize: window, strides, pad })
      await agreesWithCpu((x) => forward(x!), [spec])
      isAdjoint(forward, backward, spec)
      if (pad === 'same') return
      const outShape = tidy(() => forward(tensor(spec.values, spec.shape)).shape)
      await agreesWithCpu((dy, x) => backward(dy!, x!), [specOf(outShape, seed + 1), spec])
    })
  })

  it('takes maxima of windows as cpu does, and routes the gradient to the same pixels', async () => {
    await forAll(pools, async ({ image: { batch, height, width, channels, seed }, window, strides, pad }) => {
      // Few different values: ties go to the first.
      const { values, ...spec } = specOf([batch, Math.max(height, 3), Math.max(width, 3), channels], seed)
      const ties = { ...spec, values: values.map(Math.round) }
      const forward = (x: Tensor) => maxPool(x as Tensor4D, window, strides, pad)
      await agreesWithCpu((x) => forward(x!), [ties], { rtol: 0, atol: 0 })
      const outShape = tidy(() => forward(tensor(ties.values, ties.shape)).shape)
      await agreesWithCpu(
        (dy, input, output) =>
          run('MaxPoolGrad', { dy: dy!, input: input!, output: output! }, { filterSize: window, strides, pad }),
        [specOf(outShape, seed + 1), ties, specOf(outShape, seed + 2)],
      )
    })
  })

  it('passes over NaN in maxima as cpu does', async () => {
    const values = [NaN, 1, NaN, NaN, 2, NaN, NaN, -1, Infinity, -Infinity, NaN, NaN, 3, NaN, NaN, NaN]
    await agreesWithCpu(
      (x) => maxPool(x as Tensor4D, 2, 2, 'valid'),
      [{ shape: [1, 4, 4, 1], dtype: 'float32', values }],
    )
  })

  it('agrees when the work is shared among threads', async () => {
    const image = specOf([5, 32, 28, 20], 3)
    const half = specOf([5, 16, 14, 20], 4)
    await agreesWithCpu((x) => maxPool(x as Tensor4D, 2, 2, 'same'), [image])
    await agreesWithCpu((x) => avgPool(x as Tensor4D, 2, 2, 'valid'), [image])
    const attributes = { filterSize: 2, strides: 2, pad: 'valid' }
    for (const kernel of ['MaxPoolGrad', 'AvgPoolGrad']) {
      await agreesWithCpu(
        (dy, input, output) => run(kernel, { dy: dy!, input: input!, output: output! }, attributes),
        [half, image, half],
      )
    }
    const overlapping = { filterSize: 3, strides: 2, pad: 'same' }
    await agreesWithCpu(
      (dy, input, output) => run('MaxPoolGrad', { dy: dy!, input: input!, output: output! }, overlapping),
      [half, image, half],
    )
    await agreesWithCpu(
      (images) => run('ResizeBilinear', { images: images! }, resizeAttributes('centers', [32, 28])),
      [half],
    )
  })
})
