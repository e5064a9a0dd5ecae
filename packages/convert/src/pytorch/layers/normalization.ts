/** Normalizations and what has no weights. @module */
import { activated, channelsIn, type LayerWriter, refuseLayer } from '../written-layer.ts'

/** `groupNormalization` of `@gen/nn`. */
export const groupNormalizationWriter: LayerWriter = (node, self) => {
  const { groups, epsilon } = node.config
  const eps = Number(epsilon) === 1e-5 ? '' : `, eps=${Number(epsilon)}`
  return {
    module: `nn.GroupNorm(${Number(groups)}, ${channelsIn(node)}${eps})`,
    call: (x) => activated(node, `${self}(${x})`),
    weights: { scale: ['weight', 'same'], offset: ['bias', 'same'] },
  }
}

/** `layerNormalization` of `@gen/nn`. */
export const layerNormalizationWriter: LayerWriter = (node) => ({
  module: `nn.LayerNorm(${channelsIn(node)})`,
  weights: { scale: ['weight', 'same'], offset: ['bias', 'same'] },
})

/** SiLU alone. */
export const siluWriter: LayerWriter = (node) => ({ call: (x) => activated(node, x, 'silu') })

/** tfjs's own activations: those that PyTorch calls the same. */
export const activationWriter: LayerWriter = (node) => ({ call: (x) => activated(node, x) })

/** Tensors one behind the other: channels are the second axis there. */
export const concatenateWriter: LayerWriter = (node) => {
  const { axis } = node.config
  if (axis !== -1 && axis !== node.shape.length) return refuseLayer(node, 'a concatenation of channels')
  return { call: (...inputs) => `torch.cat([${inputs.join(', ')}], 1)` }
}

/** A sum. */
export const addWriter: LayerWriter = () => ({ call: (...inputs) => inputs.join(' + ') })

/** The doors of the U-Net, which check shapes here. */
export const doorWriter: LayerWriter = () => ({ call: (x) => x })

/** Images as vectors, in our order, so that the weights behind are the same. */
export const flattenWriter: LayerWriter = (node) => {
  if (node.inputs[0]?.shape.length === 1) return { call: (x) => x }
  return { call: (x) => `${x}.movedim(1, -1).flatten(1)` }
}

/** Vectors as images, in our order. */
export const reshapeWriter: LayerWriter = (node) => {
  if (node.inputs[0]?.shape.length !== 1) return refuseLayer(node, 'a reshape of vectors')
  if (node.shape.length === 1) return { call: (x) => x }
  return { call: (x) => `${x}.unflatten(1, (${node.shape.join(', ')})).movedim(-1, 1)` }
}
