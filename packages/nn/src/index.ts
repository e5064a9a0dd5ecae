/** TensorFlow.js layers that generative models need. @module */
export type { ApplyOptions, Network } from '@gen/model'
export {
  type CallOptions,
  defineLayer,
  type LayerDefinition,
  type LayerOptions,
  type Resolved,
  type Shape,
  type Weight,
} from './define-layer.ts'
export {
  glorot,
  he,
  type Initializer,
  type InitializerOptions,
  lecun,
  orthogonal,
} from './initializers/initializer.ts'
export {
  type AdaptiveGroupNormalizationOptions,
  adaptiveGroupNormalization,
} from './layers/adaptive-group-normalization.ts'
export { type ClassEmbeddingOptions, classEmbedding } from './layers/class-embedding.ts'
export { type ConvolutionOptions, convolution } from './layers/convolution.ts'
export { type CrossAttentionOptions, crossAttention } from './layers/cross-attention.ts'
export { type DenseOptions, dense } from './layers/dense.ts'
export { type DownsampleOptions, downsample } from './layers/downsample.ts'
export { type FilmOptions, filmLayer } from './layers/film.ts'
export { type FourierEmbeddingOptions, fourierEmbedding } from './layers/fourier-embedding.ts'
export { type GroupNormalizationOptions, groupNormalization } from './layers/group-normalization.ts'
export { type LayerNormalizationOptions, layerNormalization } from './layers/layer-normalization.ts'
export { type MinibatchStdDevOptions, minibatchStdDev } from './layers/minibatch-std-dev.ts'
export { type PixelShuffleOptions, pixelShuffle, pixelUnshuffle } from './layers/pixel-shuffle.ts'
export { type ResidualBlockOptions, residualBlock } from './layers/residual-block.ts'
export { type SelfAttentionOptions, selfAttention } from './layers/self-attention.ts'
export { siluLayer } from './layers/silu.ts'
export { type SinusoidalEmbeddingOptions, sinusoidalEmbedding } from './layers/sinusoidal-embedding.ts'
export { type TokenEmbeddingOptions, tokenEmbedding } from './layers/token-embedding.ts'
export { type TransformerBlockOptions, transformerBlock } from './layers/transformer-block.ts'
export { type UpsampleOptions, upsample } from './layers/upsample.ts'
export { type ConvDecoderOptions, convDecoder } from './models/conv-decoder.ts'
export { type ConvEncoderOptions, convEncoder } from './models/conv-encoder.ts'
export { type MlpOptions, mlp } from './models/mlp.ts'
export { type AdaptedNetwork, adaptNetwork } from './models/network.ts'
export { type TransformerOptions, transformer } from './models/transformer.ts'
export { type Activation, activations } from './operations/activate.ts'
export { groupsFor } from './operations/groups-for.ts'
export {
  type SpectralNormalized,
  type SpectralNormalizeOptions,
  spectralNormalize,
} from './operations/spectral-normalize.ts'
