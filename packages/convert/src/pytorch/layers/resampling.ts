/** Halving, doubling, other sizes. @module */
import {
  channelsOut,
  type LayerWriter,
  type PythonText,
  positionAxes,
  refuseLayer,
  type WeightPlace,
} from '../written-layer.ts'
import { convolutionOf } from './convolution.ts'

const doubleText: PythonText = {
  name: 'double',
  text: `def double(x, size=None, mode="nearest"):
    """Twice as many positions, cut to a size where it is odd."""
    x = F.interpolate(x, scale_factor=2, mode=mode)
    return x if size is None else x[(..., *(slice(n) for n in size))]`,
}

const convolutionPlaces = (layout: WeightPlace[1]) => ({ kernel: ['weight', layout], bias: ['bias', 'same'] }) as const

/** `downsample` of `@gen/nn`. */
export const downsampleWriter: LayerWriter = (node) => {
  if (node.config.method === 'conv') {
    const { module, layout, uses } = convolutionOf(node, { outputs: channelsOut(node), size: 3, stride: 2 })
    return { module, uses, weights: convolutionPlaces(layout) }
  }
  // Where the size is odd, the last position is its own mean.
  const pool =
    positionAxes(node) === 2
      ? (x: string) => `F.avg_pool2d(${x}, 2, ceil_mode=True, count_include_pad=False)`
      : (x: string) => `F.avg_pool1d(${x}, 2, ceil_mode=True, count_include_pad=False)`
  return { call: pool }
}

/** `upsample` of `@gen/nn`. */
export const upsampleWriter: LayerWriter = (node, self) => {
  const { method, size } = node.config
  const cut = Array.isArray(size) && node.inputs[0]?.shape.some((n, i) => n !== null && size[i] < 2 * n)
  const mode = method === 'bilinear' ? `, mode="${positionAxes(node) === 2 ? 'bilinear' : 'linear'}"` : ''
  const doubled = (x: string) => `double(${x}${cut ? `, (${size.join(', ')},)` : ''}${mode})`
  if (method !== 'conv') return { call: doubled, uses: [doubleText] }
  const { module, layout, uses } = convolutionOf(node, { outputs: channelsOut(node), size: 3 })
  const weights = convolutionPlaces(layout)
  return { module, call: (x) => `${self}(${doubled(x)})`, weights, uses: [doubleText, ...uses] }
}

/** The U-Net's context at the size of the sample. */
export const resizedWriter: LayerWriter = (node) => {
  const { size } = node.config
  if (!Array.isArray(size)) return refuseLayer(node, 'a size')
  const mode = size.length === 2 ? 'bilinear' : 'linear'
  return { call: (x) => `F.interpolate(${x}, (${size.join(', ')},), mode="${mode}")` }
}
