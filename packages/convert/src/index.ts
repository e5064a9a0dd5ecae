/** Models in and out: diffusers, ONNX, Keras, TensorFlow.js. @module */
export { type Key, key, useBackend } from '@gen/backend'
export { type AutoencoderKl, type AutoencoderKlOptions, autoencoderKl } from './autoencoders/autoencoder-kl.ts'
export type {
  AutoencoderConfig,
  AutoencoderKlConfig,
  FullAutoencoderKlConfig,
  FullVqModelConfig,
  VqModelConfig,
} from './autoencoders/config.ts'
export { type VqModel, type VqModelOptions, vqModel } from './autoencoders/vq-model.ts'
export { type ConvertedModel, convertedCard, hubWords } from './cards/converted-card.ts'
export {
  type AutoencoderFromDiffusersOptions,
  autoencoderFromDiffusers,
  autoencoderToDiffusers,
} from './diffusers/autoencoders.ts'
export type { ForeignFiles } from './diffusers/files.ts'
export { type DiffusersModel, diffusionFromDiffusers, type FromDiffusersOptions } from './diffusers/from-diffusers.ts'
export { diffusionToDiffusers, type UnetModel } from './diffusers/to-diffusers.ts'
export { type KerasPieces, networkFromKeras } from './keras/network-from-keras.ts'
export { networkFromTfjs } from './keras/network-from-tfjs.ts'
export type { DescribedSession, OnnxValueMetadata } from './onnx/described-session.ts'
export { modelToOnnx, type OnnxWritable } from './onnx/model-to-onnx.ts'
export { type OnnxRuntime, onnxFromFolder } from './onnx/onnx-folder.ts'
export {
  type OnnxModel,
  type OnnxModelOptions,
  type OnnxSession,
  type OnnxTensorMaker,
  onnxModel,
} from './onnx/onnx-model.ts'
export { type OnnxInput, type ToOnnxOptions, toOnnx } from './onnx/to-onnx.ts'
export { modelFromPytorch } from './pytorch/from-pytorch.ts'
export type { PytorchWritable } from './pytorch/python-model.ts'
export { modelToPytorch, type ToPytorchOptions } from './pytorch/to-pytorch.ts'
export type { TrainingPlan } from './pytorch/training/training-plan.ts'
export type { TrainingTensors } from './pytorch/training/training-state.ts'
export { pytorchNames } from './pytorch/weight-names.ts'
export { type Scheduler, schedulerFromDiffusers } from './schedulers/scheduler.ts'
export type { Unet2DConfig } from './unet-2d/config.ts'
export type { NetworkTimeConfig } from './unet-2d/network-time.ts'
export { isUnet2D, type Unet2D, type Unet2DOptions, unet2D, unet2DFromConfig } from './unet-2d/unet-2d.ts'
export type { NamedWeight, WeightShape } from './weights/named-weight.ts'
