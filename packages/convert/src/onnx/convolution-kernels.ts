/** Convolutions, pools and what changes the size of images. tfjs's channels are last, ONNX's first. @module */
import { activated } from './elementwise-kernels.ts'
import type { CallPair, GraphBuilder } from './graph-builder.ts'
import type { KernelWriter } from './kernel-writer.ts'

const [toFirst, toLast] = [
  [0, 3, 1, 2],
  [0, 2, 3, 1],
] as const

function channelsFirst(graph: GraphBuilder, x: string): string {
  return graph.node('Transpose', [x], { perm: toFirst })
}

/** The result with channels last, under the call's name unless something follows. */
function channelsLast(graph: GraphBuilder, x: string, output?: string): string {
  return graph.node('Transpose', [x], { perm: toLast }, output)
}

interface Window {
  readonly sizes: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
}

const two = (value: number | number[]): [number, number] => {
  const [first, second = first] = [value].flat() as number[]
  return [first!, second!]
}

/** Zeros before and after each axis, ONNX's order. */
function padsOf(graph: GraphBuilder, call: CallPair, image: readonly number[], window: Window): number[] {
  const pad = call.attribute<string | number | [number, number][]>('pad')
  if (pad === 'valid') return [0, 0, 0, 0]
  if (typeof pad === 'number') return [pad, pad, pad, pad]
  if (Array.isArray(pad)) return [pad[1]![0], pad[2]![0], pad[1]![1], pad[2]![1]]
  if (pad !== 'same') return graph.refuse('padding that ONNX has', String(pad))
  const total = image.map((n, i) => {
    const [size, stride, dilation] = [window.sizes[i]!, window.strides[i]!, window.dilations[i]!]
    return Math.max((Math.ceil(n / stride) - 1) * stride + (size - 1) * dilation + 1 - n, 0)
  })
  return [...total.map((n) => Math.floor(n / 2)), ...total.map((n) => Math.ceil(n / 2))]
}

/** Height and width of an input, which no batch changes. */
function imageOf(graph: GraphBuilder, call: CallPair, name: string): [number, number] {
  const [, height, width] = call.shape(name)
  if (typeof height === 'number' && typeof width === 'number') return [height, width]
  return graph.refuse('images of one size', 'sizes that depend on the batch')
}

function windowOf(call: CallPair, filter: string): Window {
  const [height, width] = call.shape(filter) as [number, number]
  const dilations = two(call.attribute<number | number[] | undefined>('dilations') ?? 1)
  return { sizes: [height, width], strides: two(call.attribute('strides')), dilations }
}

function convolved(graph: GraphBuilder, call: CallPair): string {
  const window = windowOf(call, 'filter')
  const pads = padsOf(graph, call, imageOf(graph, call, 'x'), window)
  const filter = graph.node('Transpose', [call.input('filter')], { perm: [3, 2, 0, 1] })
  const bias = call.optional('bias')
  const inputs = [channelsFirst(graph, call.input('x')), filter, ...(bias === undefined ? [] : [bias])]
  const { strides, dilations } = window
  return graph.node('Conv', inputs, { strides, dilations, pads })
}

const depthwise: KernelWriter = (graph, call) => {
  const window = windowOf(call, 'filter')
  const pads = padsOf(graph, call, imageOf(graph, call, 'x'), window)
  const [height, width, channels, times] = call.shape('filter') as [number, number, number, number]
  const turned = graph.node('Transpose', [call.input('filter')], { perm: [2, 3, 0, 1] })
  const filter = graph.node('Reshape', [turned, graph.integers([channels * times, 1, height, width])])
  const { strides, dilations } = window
  const inputs = [channelsFirst(graph, call.input('x')), filter]
  channelsLast(graph, graph.node('Conv', inputs, { strides, dilations, pads, group: channels }), call.outputs[0])
}

const transposed: KernelWriter = (graph, call) => {
  const window = windowOf(call, 'filter')
  const [, ...target] = call.sizes('inputShape') as number[]
  const [from, size] = [imageOf(graph, call, 'dy'), target.slice(0, 2)]
  const pads = padsOf(graph, call, size, window)
  const { strides, sizes } = window
  const output_padding = size.map((n, i) => n - ((from[i]! - 1) * strides[i]! + sizes[i]! - pads[i]! - pads[i + 2]!))
  const filter = graph.node('Transpose', [call.input('filter')], { perm: [3, 2, 0, 1] })
  const inputs = [channelsFirst(graph, call.input('dy')), filter]
  channelsLast(graph, graph.node('ConvTranspose', inputs, { strides, pads, output_padding }), call.outputs[0])
}

const pool =
  (op: string): KernelWriter =>
  (graph, call) => {
    const window = {
      sizes: two(call.attribute('filterSize')),
      strides: two(call.attribute('strides')),
      dilations: [1, 1] as const,
    }
    const pads = padsOf(graph, call, imageOf(graph, call, 'x'), window)
    const attributes = { kernel_shape: window.sizes, strides: window.strides, pads }
    channelsLast(graph, graph.node(op, [channelsFirst(graph, call.input('x'))], attributes), call.outputs[0])
  }

const resize =
  (mode: 'nearest' | 'linear'): KernelWriter =>
  (graph, call) => {
    const shape = call.shape('images')
    const [height, width] = two(call.attribute<number[]>('size'))
    const [halfPixel, corners] = [call.attribute<boolean>('halfPixelCenters'), call.attribute<boolean>('alignCorners')]
    const coordinates = corners ? 'align_corners' : halfPixel ? 'half_pixel' : 'asymmetric'
    const attributes = {
      mode: { text: mode },
      coordinate_transformation_mode: { text: coordinates },
      ...(mode === 'nearest' && { nearest_mode: { text: corners ? 'round_prefer_ceil' : 'floor' } }),
    }
    const [, from, to] = shape as number[]
    const channels = shape[3] as number
    const scales = [height / from!, width / to!]
    if (!scales.every(Number.isFinite) || typeof channels !== 'number') graph.refuse('images of one size', 'others')
    const sizes = graph.shape([shape[0]!, channels, height, width])
    channelsLast(
      graph,
      graph.node('Resize', [channelsFirst(graph, call.input('images')), '', '', sizes], attributes),
      call.outputs[0],
    )
  }

/** Kernels of images. */
export const convolutionKernels: Readonly<Record<string, KernelWriter>> = {
  Conv2D: (graph, call) => {
    channelsLast(graph, convolved(graph, call), call.outputs[0])
  },
  FusedConv2D: (graph, call) => {
    activated(graph, call, channelsLast(graph, convolved(graph, call)))
  },
  Conv2DBackpropInput: transposed,
  DepthwiseConv2dNative: depthwise,
  AvgPool: pool('AveragePool'),
  MaxPool: pool('MaxPool'),
  ResizeNearestNeighbor: resize('nearest'),
  ResizeBilinear: resize('linear'),
}
