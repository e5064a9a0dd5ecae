/** A U-Net over patches: a quarter of the positions, for four times the channels. @module */
import { type Denoiser, type DenoisingNetwork, diffusion } from '@gen/diffusion'
import { type UnetConfig, unet } from '@gen/unet'
import { reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core'

/** Sides of a patch. */
const side = 2

/** A denoiser of images `[size, size, 1]` that is a U-Net of `[size / 2, size / 2, 4]`: the full size is where most of a small U-Net's time goes. */
export function patchedUnet(size: number, config: Omit<UnetConfig, 'shape'>): DenoisingNetwork {
  const half = size / side
  // A model that predicts noise is the network's own function.
  const inner = diffusion({ network: unet({ ...config, shape: [half, half, side * side] }) })
  const denoise: Denoiser = (x, alpha, condition, options) =>
    tidy(() => joined(inner.denoise(parted(x, half), alpha, condition, options), half))
  return {
    shape: [size, size, 1],
    denoise,
    variables: () => inner.variables(),
    takes: { label: false, context: null, augmentation: config.augmentation ?? 0 },
  }
}

function parted(x: Tensor, half: number): Tensor {
  const rows = x.shape[0]!
  return reshape(transpose(reshape(x, [rows, half, side, half, side]), [0, 1, 3, 2, 4]), [
    rows,
    half,
    half,
    side * side,
  ])
}

function joined(x: Tensor, half: number): Tensor {
  const rows = x.shape[0]!
  return reshape(transpose(reshape(x, [rows, half, half, side, side]), [0, 1, 3, 2, 4]), [
    rows,
    half * side,
    half * side,
    1,
  ])
}
