/** All layers that can be written, by their class names. @module */

import type { LayerNode } from './layer-graph.ts'
import { crossAttentionWriter, selfAttentionWriter } from './layers/attention.ts'
import { convolutionWriter, groupedConvolutionWriter } from './layers/convolution.ts'
import {
  besideWriter,
  classEmbeddingWriter,
  denseWriter,
  embeddingSumWriter,
  fourierFeaturesWriter,
  logSnrWriter,
  sinusoidalWriter,
} from './layers/embedding.ts'
import {
  fromBasisWriter,
  minibatchStdDevWriter,
  projectionHeadWriter,
  sumPositionsWriter,
  toBasisWriter,
} from './layers/games.ts'
import {
  activationWriter,
  addWriter,
  concatenateWriter,
  doorWriter,
  flattenWriter,
  groupNormalizationWriter,
  layerNormalizationWriter,
  reshapeWriter,
  siluWriter,
} from './layers/normalization.ts'
import { downsampleWriter, resizedWriter, upsampleWriter } from './layers/resampling.ts'
import { residualBlockWriter } from './layers/residual-block.ts'
import { tokenEmbeddingWriter, transformerBlockWriter } from './layers/transformer.ts'
import { type LayerWriter, refuseLayer, type WrittenLayer } from './written-layer.ts'

const writers: Readonly<Record<string, LayerWriter>> = {
  Activation: activationWriter,
  Add: addWriter,
  Concatenate: concatenateWriter,
  Flatten: flattenWriter,
  Reshape: reshapeWriter,
  GenBeside: besideWriter,
  GenClassEmbedding: classEmbeddingWriter,
  GenConvolution: convolutionWriter,
  GenCrossAttention: crossAttentionWriter,
  GenDense: denseWriter,
  GenDownsample: downsampleWriter,
  GenEmbeddingSum: embeddingSumWriter,
  GenFourierFeatures: fourierFeaturesWriter,
  GenFromBasis: fromBasisWriter,
  GenGroupNormalization: groupNormalizationWriter,
  GenGroupedConvolution: groupedConvolutionWriter,
  GenLayerNormalization: layerNormalizationWriter,
  GenLogSnr: logSnrWriter,
  GenMinibatchStdDev: minibatchStdDevWriter,
  GenProjectionHead: projectionHeadWriter,
  GenResidualBlock: residualBlockWriter,
  GenSelfAttention: selfAttentionWriter,
  GenSilu: siluWriter,
  GenSinusoidalEmbedding: sinusoidalWriter,
  GenSumPositions: sumPositionsWriter,
  GenToBasis: toBasisWriter,
  GenTokenEmbedding: tokenEmbeddingWriter,
  GenTransformerBlock: transformerBlockWriter,
  GenUnetInput: doorWriter,
  GenUnetResized: resizedWriter,
  GenUpsample: upsampleWriter,
}

/** A layer in Python. */
export function writeLayer(node: LayerNode, self: string): WrittenLayer {
  const writer = Object.hasOwn(writers, node.kind) ? writers[node.kind] : undefined
  if (writer) return writer(node, self)
  const known = Object.keys(writers).join(', ')
  return refuseLayer(node, `layers of ${known}`, 'write it as ONNX with modelToOnnx, which traces operations')
}
