/** Weights divided by their largest singular values. @module */
import type { PythonText, WeightPlace } from '../written-layer.ts'

/** The parametrization, in PyTorch's way. */
export const spectralText: PythonText = {
  name: 'spectral',
  text: `class SpectralNorm(nn.Module):
    """A weight over its largest singular value, which training estimates by one step of the power iteration a call."""

    def __init__(self, outputs):
        super().__init__()
        self.register_buffer("u", F.normalize(torch.randn(outputs), dim=0))

    def forward(self, weight):
        matrix = weight.flatten(1).T
        with torch.no_grad():
            v = F.normalize(matrix @ self.u, dim=0, eps=1e-12)
            u = F.normalize(v @ matrix, dim=0, eps=1e-12) if self.training else self.u.clone()
            if self.training:
                self.u.copy_(u)
        sigma = v @ matrix @ u
        return weight / (sigma + (sigma == 0))


def spectral(layer):
    parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight.shape[0]))
    return layer`,
}

/** A kernel and, where it is spectral, its vector. */
export function kernelPlaces(
  kernel: string,
  module: string,
  layout: WeightPlace[1],
  isSpectral: boolean,
): Record<string, WeightPlace> {
  const at = module === '' ? '' : `${module}.`
  if (!isSpectral) return { [kernel]: [`${at}weight`, layout] }
  return {
    [kernel]: [`${at}parametrizations.weight.original`, layout],
    [`${kernel}U`]: [`${at}parametrizations.weight.0.u`, 'same'],
  }
}

/** The module, with its weight parametrized where it is spectral. */
export function spectralModule(module: string, isSpectral: boolean): string {
  return isSpectral ? `spectral(${module})` : module
}
