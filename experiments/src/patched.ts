/** Networks over patches: a quarter of the positions, for four times the channels. The full size is where most of a small network's time goes. @module */
import { type Denoiser, type DenoisingCondition, type DenoisingNetwork, diffusion } from '@gen/diffusion'
import { type UnetConfig, unet } from '@gen/unet'
import { reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core'

/** `[height, width, channels]` of images, as patches. */
export const patchedShape = ([height, width, channels]: readonly number[], side: number): number[] => [
  height! / side,
  width! / side,
  channels! * side ** 2,
]

/** A U-Net's config, and the side of a patch. */
interface PatchedConfig extends UnetConfig {
  /** @default 2 */
  side?: number
}

/** A denoiser of images, maybe told of one of the same size, that is a U-Net of their patches. */
export function patchedUnet({ side = 2, shape, context = [], ...config }: PatchedConfig): DenoisingNetwork {
  const told = context.length > 0 && { context: patchedShape(context, side) }
  // A model that predicts noise is the network's own function.
  const inner = diffusion({ network: unet({ ...config, ...told, shape: patchedShape(shape, side) }) })
  const denoise: Denoiser = (x, alpha, condition, options) =>
    tidy(() => joined(inner.denoise(parted(x, side), alpha, condition && conditionOf(condition, side), options), side))
  return {
    shape,
    denoise,
    variables: () => inner.variables(),
    takes: { label: false, context: told ? context : null, augmentation: config.augmentation ?? 0 },
  }
}

function conditionOf({ context, ...others }: DenoisingCondition, side: number): DenoisingCondition {
  return { ...others, ...(context && { context: parted(context, side) }) }
}

/** Images as patches, `[b, h, w, c]` → `[b, h / side, w / side, side² c]`. */
export function parted(x: Tensor, side: number): Tensor {
  const [rows, height, width, channels] = x.shape as [number, number, number, number]
  const [lines, columns] = [height / side, width / side]
  const cells = reshape(x, [rows * lines, side, columns, side * channels])
  return reshape(transpose(cells, [0, 2, 1, 3]), [rows, lines, columns, side * side * channels])
}

/** Undoes {@link parted}. */
export function joined(x: Tensor, side: number): Tensor {
  const [rows, lines, columns, channels] = x.shape as [number, number, number, number]
  const cells = reshape(x, [rows * lines, columns, side, channels / side])
  return reshape(transpose(cells, [0, 2, 1, 3]), [rows, lines * side, columns * side, channels / side ** 2])
}
