/** The residual block. @module */
import { groupsFor } from '@gen/nn'
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

/** What of a block decides its class. */
interface BlockKind {
  readonly mode: 'film' | 'add' | 'none'
  readonly isNormalized: boolean
  readonly isSpectral: boolean
  readonly axes: number
  readonly size: number
}

/** `residualBlock` of `@gen/nn`. */
export const residualBlockWriter: LayerWriter = (node) => {
  const { config } = node
  const mode = node.inputs.length === 1 ? 'none' : config.embedding === 'film' ? 'film' : 'add'
  const [axes, isNormalized, isSpectral] = [
    positionAxes(node),
    config.normalization === 'group',
    config.spectral === true,
  ]
  const size = Number(config.size)
  if (size % 2 === 0) return refuseLayer(node, 'a block with windows of an odd size')
  const kind = { mode, isNormalized, isSpectral, axes, size } as const
  const [inputs, outputs, most] = [channelsIn(node), channelsOut(node), Number(config.groups)]
  const sizes = [
    `${inputs}, ${outputs}`,
    ...(mode === 'none' ? [] : [`embedding=${channelsIn(node, 1)}`]),
    ...(isNormalized ? [`groups=(${groupsFor(inputs, most)}, ${groupsFor(outputs, most)})`] : []),
    ...(Number(config.dropout) > 0 ? [`dropout=${Number(config.dropout)}`] : []),
  ]
  return {
    module: `${nameOf(kind)}(${sizes.join(', ')})`,
    weights: places(kind),
    uses: [blockText(node, kind), ...(isSpectral ? [spectralText] : [])],
  }
}

function nameOf({ mode, isNormalized, isSpectral }: BlockKind): string {
  const told = { film: 'Film', add: 'Add', none: '' }[mode]
  return `${isSpectral ? 'Spectral' : ''}${told}${isNormalized ? 'Residual' : 'Plain'}Block`
}

function places({ mode, isNormalized, isSpectral, axes }: BlockKind): Record<string, WeightPlace> {
  const layout = axes === 2 ? 'convolution' : 'convolution1d'
  const norm = (i: number): Record<string, WeightPlace> => ({
    [`scale${i}`]: [`norm${i}.weight`, 'same'],
    [`offset${i}`]: [`norm${i}.bias`, 'same'],
  })
  return {
    ...(isNormalized && norm(1)),
    ...kernelPlaces('kernel1', 'conv1', layout, isSpectral),
    bias1: ['conv1.bias', 'same'],
    ...(isNormalized && mode !== 'film' && norm(2)),
    ...kernelPlaces('kernel2', 'conv2', layout, isSpectral),
    bias2: ['conv2.bias', 'same'],
    ...kernelPlaces('skip', 'skip', layout, isSpectral),
    skipBias: ['skip.bias', 'same'],
    ...kernelPlaces('embedding', 'embedding', 'linear', isSpectral),
    embeddingBias: ['embedding.bias', 'same'],
  }
}

function blockText(node: LayerNode, kind: BlockKind): PythonText {
  const { mode, isNormalized, isSpectral, axes, size } = kind
  const act = (x: string) => activated(node, x)
  const conv = (from: string, of: number) => {
    const padding = of > 1 ? `, padding=${(of - 1) / 2}` : ''
    return spectralModule(`nn.Conv${axes}d(${from}, outputs, ${of}${padding})`, isSpectral)
  }
  const spread = `[..., ${Array(axes).fill('None').join(', ')}]`
  const second = isNormalized ? 'self.norm2(h)' : 'h'
  const told = mode === 'none' ? '' : ', embedding'
  const dense = spectralModule(`nn.Linear(embedding, ${mode === 'film' ? '2 * outputs' : 'outputs'})`, isSpectral)
  const lines = [
    `class ${nameOf(kind)}(nn.Module):`,
    `    """${formula(kind)}."""`,
    '',
    `    def __init__(self, inputs, outputs${told}${isNormalized ? ', groups' : ''}, dropout=0.0):`,
    '        super().__init__()',
    ...(isNormalized ? ['        self.norm1 = nn.GroupNorm(groups[0], inputs)'] : []),
    `        self.conv1 = ${conv('inputs', size)}`,
    ...(isNormalized
      ? [`        self.norm2 = nn.GroupNorm(groups[1], outputs${mode === 'film' ? ', affine=False' : ''})`]
      : []),
    ...(mode === 'none' ? [] : [`        self.embedding = ${dense}`]),
    '        self.dropout = nn.Dropout(dropout)',
    `        self.conv2 = ${conv('outputs', size)}`,
    `        self.skip = ${conv('inputs', 1)} if inputs != outputs else nn.Identity()`,
    '',
    `    def forward(self, x${told}):`,
    `        h = self.conv1(${act(isNormalized ? 'self.norm1(x)' : 'x')})`,
    ...(mode === 'film' ? [`        scale, offset = self.embedding(embedding)${spread}.chunk(2, 1)`] : []),
    ...(mode === 'add' ? [`        h = h + self.embedding(embedding)${spread}`] : []),
    `        h = ${act(mode === 'film' ? `${second} * (1 + scale) + offset` : second)}`,
    '        return self.skip(x) + self.conv2(self.dropout(h))',
  ]
  return { name: nameOf(kind), text: lines.join('\n') }
}

function formula({ mode, isNormalized }: BlockKind): string {
  const norm = (i: number, x: string) => (isNormalized ? `norm${i}(${x})` : x)
  const first = `conv1(act(${norm(1, 'x')}))`
  if (mode === 'film') return `skip(x) + conv2(act(${norm(2, first)} · (1 + s) + t)), with s and t from the embedding`
  const inner = mode === 'add' ? `${first} + dense(embedding)` : first
  return `skip(x) + conv2(act(${norm(2, inner)}))`
}
