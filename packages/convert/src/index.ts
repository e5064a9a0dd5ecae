/** Models in and out: diffusers, ONNX, PyTorch. @module */
export type { Unet2DConfig } from './unet-2d/config.ts'
export type { NetworkTimeConfig } from './unet-2d/network-time.ts'
export { type Unet2D, type Unet2DOptions, unet2D } from './unet-2d/unet-2d.ts'
export type { NamedWeight } from './weights/named-weight.ts'
