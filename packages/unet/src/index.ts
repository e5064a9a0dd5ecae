/** The shared conditional U-Net. @module */
export { type FullUnetConfig, type UnetConfig, unetConfig } from './config.ts'
export { unetFromConfig } from './from-config.ts'
export { type Unet, unet } from './unet.ts'
