/** Generative adversarial networks: one engine, objectives, penalties, encoders, super-resolution. @module */

export { type GanFromConfigOptions, ganFromConfig } from './from-config.ts'
export { type Augmentation, augment } from './game/augment.ts'
export type { LatentName } from './game/latent.ts'
export { type Gan, type GanConfig, type GanOptions, gan } from './gan.ts'
export { type CodedImages, type CodedImagesOptions, codedImages } from './inversion/coded-images.ts'
export { type Inversion, type InvertibleDecoder, type InvertOptions, invert } from './inversion/invert.ts'
export {
  type PairRecoderOptions,
  pairRecoder,
  type Recoder,
  type RecoderOptions,
  recoder,
} from './inversion/recoder.ts'
export { type RecoderNetworkOptions, recoderNetwork } from './inversion/recoder-network.ts'
export { type LineGameOptions, type LineGameState, lineGame } from './line-game/line-game.ts'
export { pushForward } from './line-game/push-forward.ts'
export {
  type DcganDiscriminatorOptions,
  type DcganGeneratorOptions,
  dcganDiscriminator,
  dcganGenerator,
} from './networks/dcgan.ts'
export {
  type MlpDiscriminatorOptions,
  type MlpGeneratorOptions,
  mlpDiscriminator,
  mlpGenerator,
} from './networks/mlp.ts'
export type { DiscriminatorOptions, GeneratorOptions } from './networks/options.ts'
export { type Design, type NetworkPairOptions, networkPair } from './networks/pair.ts'
export {
  type PatchDiscriminatorOptions,
  type Pix2pixGeneratorOptions,
  patchDiscriminator,
  pix2pixGenerator,
} from './networks/pix2pix.ts'
export { type R3DiscriminatorOptions, type R3GeneratorOptions, r3Discriminator, r3Generator } from './networks/r3.ts'
export {
  type ResidualDiscriminatorOptions,
  type ResidualGeneratorOptions,
  residualDiscriminator,
  residualGenerator,
} from './networks/residual.ts'
export { type SrResNetOptions, srResNet } from './networks/sr-res-net.ts'
export {
  dcgan,
  dragan,
  type GanPresetOptions,
  lsgan,
  type PacganOptions,
  type PenaltyPresetOptions,
  pacgan,
  projectionGan,
  r1Gan,
  r3gan,
  type StandardGanOptions,
  sngan,
  standardGan,
  wganGp,
} from './presets.ts'
export type { GanSampleOptions } from './sample.ts'
export {
  type SuperResolution,
  type SuperResolutionOptions,
  superResolution,
} from './super-resolution/super-resolution.ts'
