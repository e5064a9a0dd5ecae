/** Convolutions of images and signals. @module */
import type { LayerNode } from '../layer-graph.ts'
import {
  activated,
  channelsIn,
  channelsOut,
  type LayerWriter,
  type PythonText,
  positionAxes,
  refuseLayer,
  type WeightPlace,
} from '../written-layer.ts'
import { kernelPlaces, spectralModule, spectralText } from './spectral.ts'

const sameText = (axes: number): PythonText => ({
  name: `SameConv${axes}d`,
  text: `class SameConv${axes}d(nn.Conv${axes}d):
    """A convolution that leaves ⌈n / stride⌉ positions: where the zeros around do not come out even, one more at the end."""

    def forward(self, x):
        pads = []
        for n, size, stride in reversed(list(zip(x.shape[2:], self.kernel_size, self.stride))):
            total = max((math.ceil(n / stride) - 1) * stride + size - n, 0)
            pads += [total // 2, total - total // 2]
        return super().forward(F.pad(x, pads))`,
})

/** A convolution in Python. */
interface WrittenConvolution {
  readonly module: string
  readonly layout: WeightPlace[1]
  readonly uses: readonly PythonText[]
}

/** Sizes of a convolution. */
interface ConvolutionSizes {
  readonly outputs: number
  readonly size: number
  readonly stride?: number
  readonly groups?: number
}

/** The module of a convolution on a node's first input. */
export function convolutionOf(
  node: LayerNode,
  { outputs, size, stride = 1, groups = 1 }: ConvolutionSizes,
): WrittenConvolution {
  const axes = positionAxes(node)
  if (axes < 1 || axes > 2) return refuseLayer(node, 'a convolution of images or signals')
  const isEven = stride === 1 && size % 2 === 1
  const inGroups = groups > 1 ? `, groups=${groups}` : ''
  const padding = isEven && size > 1 ? `, padding=${(size - 1) / 2}` : ''
  const steps = stride > 1 ? `, stride=${stride}` : ''
  const name = isEven ? `nn.Conv${axes}d` : `SameConv${axes}d`
  return {
    module: `${name}(${channelsIn(node)}, ${outputs}, ${size}${steps}${padding}${inGroups})`,
    layout: axes === 2 ? 'convolution' : 'convolution1d',
    uses: isEven ? [] : [sameText(axes)],
  }
}

/** `convolution` of `@gen/nn`. */
export const convolutionWriter: LayerWriter = (node, self) => {
  const { config } = node
  const isSpectral = config.spectral === true
  const sizes = { outputs: channelsOut(node), size: Number(config.size), stride: Number(config.stride) }
  const { module, layout, uses } = convolutionOf(node, sizes)
  return {
    module: spectralModule(module, isSpectral),
    call: (x) => activated(node, `${self}(${x})`),
    weights: { ...kernelPlaces('kernel', '', layout, isSpectral), bias: ['bias', 'same'] },
    uses: [...uses, ...(isSpectral ? [spectralText] : [])],
  }
}

/** `groupedConvolution` of `@gen/gan`. */
export const groupedConvolutionWriter: LayerWriter = (node, self) => {
  const sizes = { outputs: channelsOut(node), size: Number(node.config.size), groups: Number(node.config.groups) }
  const { module, layout, uses } = convolutionOf(node, sizes)
  return {
    module,
    call: (x) => activated(node, `${self}(${x})`, 'leakyRelu'),
    weights: { kernel: ['weight', layout], bias: ['bias', 'same'] },
    uses,
  }
}
