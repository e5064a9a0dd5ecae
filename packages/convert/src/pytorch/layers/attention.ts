/** Attention over pixels, positions and contexts. @module */
import { groupsFor } from '@gen/nn'
import { channelsIn, type LayerWriter, type PythonText, type WeightPlace } from '../written-layer.ts'

/** Used by all attention. */
export const splitHeadsText: PythonText = {
  name: 'split_heads',
  text: `def split_heads(x, heads):
    """[batch, n, channels] → [batch, heads, n, channels / heads]."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)`,
}

const attentionText = (name: string, told: boolean): PythonText => ({
  name,
  uses: [splitHeadsText],
  text: `class ${name}(nn.Module):
    """x + W heads(softmax(q kᵀ / √d) v) over the positions of x; q is of the normalized x, k and v of ${told ? 'the context [batch, n, size]' : 'the same'}."""

    def __init__(self, channels${told ? ', context' : ''}, heads, groups):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(groups, channels)
        self.query = nn.Linear(channels, channels)
        self.keys = nn.Linear(${told ? 'context' : 'channels'}, channels, bias=False)
        self.values = nn.Linear(${told ? 'context' : 'channels'}, channels)
        self.output = nn.Linear(channels, channels)

    def forward(self, x${told ? ', context' : ''}):
        positions = self.norm(x).flatten(2).mT
        q = split_heads(self.query(positions), self.heads)
        k = split_heads(self.keys(${told ? 'context' : 'positions'}), self.heads)
        v = split_heads(self.values(${told ? 'context' : 'positions'}), self.heads)
        attended = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return x + self.output(attended).mT.reshape(x.shape)`,
})

/** Where the weights of attention are. */
export const attentionPlaces: Readonly<Record<string, WeightPlace>> = {
  query: ['query.weight', 'linear'],
  queryBias: ['query.bias', 'same'],
  keys: ['keys.weight', 'linear'],
  values: ['values.weight', 'linear'],
  valuesBias: ['values.bias', 'same'],
  output: ['output.weight', 'linear'],
  outputBias: ['output.bias', 'same'],
}

const weights: Readonly<Record<string, WeightPlace>> = {
  scale: ['norm.weight', 'same'],
  offset: ['norm.bias', 'same'],
  ...attentionPlaces,
}

/** `selfAttention` of `@gen/nn`. */
export const selfAttentionWriter: LayerWriter = (node) => {
  const channels = channelsIn(node)
  const groups = groupsFor(channels, Number(node.config.groups))
  return {
    module: `SelfAttention(${channels}, heads=${Number(node.config.heads)}, groups=${groups})`,
    weights,
    uses: [attentionText('SelfAttention', false)],
  }
}

/** `crossAttention` of `@gen/nn`. */
export const crossAttentionWriter: LayerWriter = (node) => {
  const channels = channelsIn(node)
  const groups = groupsFor(channels, Number(node.config.groups))
  const heads = Number(node.config.heads)
  return {
    module: `CrossAttention(${channels}, context=${channelsIn(node, 1)}, heads=${heads}, groups=${groups})`,
    weights,
    uses: [attentionText('CrossAttention', true)],
  }
}
