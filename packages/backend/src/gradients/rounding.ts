/** Gradients of convolutions and pooling whose number of windows was rounded. @module */
import type { GradConfig, NamedAttrMap } from '@tensorflow/tfjs-core'
import type { WindowsOf } from '../kernels/windows.ts'

/**
 * Wraps a gradient that forgets `dimRoundingMode`, and so takes dy for one of another shape: gives it the padding, side by
 * side, with which nothing is left to round.
 */
export function withExactPadding(config: GradConfig, infoOf: WindowsOf): GradConfig {
  return {
    ...config,
    gradFunc: (dy, saved, attributes) => {
      if (attributes.dimRoundingMode == null) return config.gradFunc(dy, saved, attributes)
      const info = infoOf(saved, attributes)
      const { top, left } = info.padInfo
      const bottom = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight - info.inHeight - top
      const right = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth - info.inWidth - left
      const image = [
        [top, Math.max(0, bottom)],
        [left, Math.max(0, right)],
      ]
      const pad = info.dataFormat === 'channelsLast' ? [[0, 0], ...image, [0, 0]] : [[0, 0], [0, 0], ...image]
      return config.gradFunc(dy, saved, { ...without(attributes), pad })
    },
  }
}

function without({ dimRoundingMode: _, ...others }: NamedAttrMap): NamedAttrMap {
  return others
}
