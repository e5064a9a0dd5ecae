/** The shared conditional U-Net. @module */
export { type FullUnetConfig, type UnetConfig, unetConfig } from './config.ts'
export { unet } from './unet.ts'
