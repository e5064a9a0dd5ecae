/** Small models of every family, as a folder may hold them. @module */
import { key } from '@gen/backend'
import { diffusion, pointDenoiser } from '@gen/diffusion'
import {
  affineCoupling,
  convNetwork,
  denseNetwork,
  type Flow,
  flow,
  glow,
  imageFlow,
  logit,
  nsf,
  variationalDequantizer,
} from '@gen/flows'
import { dcgan, projectionGan } from '@gen/gan'
import type { GenerativeModel } from '@gen/model'
import { unet } from '@gen/unet'
import { conditionalVae, mlpNetworks, standardVae, vampVae } from '@gen/vae'
import type { Tensor4D } from '@tensorflow/tfjs-core'

interface Maker {
  readonly family: string
  make(): GenerativeModel
}

const k = key(0)
const points = { shape: [2], latentSize: 2, key: k }
const network = mlpNetworks({ widths: [4, 6] })
const image = [4, 4, 1] as const
const conv = convNetwork({ width: 4, blocks: 1 })
const pictures = () => glow(image, { levels: 1, steps: 1, network: conv, key: k })

/** Learned noise that sees the image. */
function noise(): Flow<Tensor4D> {
  const couplings = affineCoupling(image, { mask: 'checkerboard', context: 1, network: conv, key: k })
  return flow<Tensor4D>({ transforms: [logit(image), couplings] })
}

/** By what they are. */
export const makers: Readonly<Record<string, Maker>> = {
  'diffusion of points': {
    family: 'diffusion',
    make: () => diffusion({ network: pointDenoiser({ size: 2, hidden: [4, 6], key: k }) }),
  },
  'diffusion of images': {
    family: 'diffusion',
    make: () => diffusion({ network: unet({ shape: [8, 8, 1], widths: [4, 6], depth: 1, key: k }) }),
  },
  'diffusion with classes': {
    family: 'diffusion',
    make: () => diffusion({ network: pointDenoiser({ size: 2, hidden: [4], classes: 3, key: k }), classes: 3 }),
  },
  'flow of points': {
    family: 'flow',
    make: () => nsf(2, { layers: 2, bins: 4, network: denseNetwork({ hidden: [4, 6] }), key: k }),
  },
  'flow of images': {
    family: 'flow',
    make: () => imageFlow({ flow: pictures(), dequantizer: variationalDequantizer(noise()) }),
  },
  'flow of pixels': { family: 'flow', make: pictures },
  gan: { family: 'gan', make: () => dcgan({ ...points, widths: [4, 6] }) },
  'gan with classes': { family: 'gan', make: () => projectionGan({ ...points, widths: [4], classes: 3 }) },
  vae: { family: 'vae', make: () => standardVae({ ...points, network }) },
  'vae with classes': { family: 'vae', make: () => conditionalVae({ ...points, network, classes: 3 }) },
  'vae with pseudo-inputs': { family: 'vae', make: () => vampVae({ ...points, network, components: 3 }) },
}
