/** Transformers over tokens. @module */
import { channelsIn, channelsOut, type LayerWriter, type PythonText, refuseLayer } from '../written-layer.ts'
import { attentionPlaces, splitHeadsText } from './attention.ts'

const embeddingText: PythonText = {
  name: 'TokenEmbedding',
  text: `class TokenEmbedding(nn.Module):
    """A vector for each token, plus one for each place."""

    def __init__(self, tokens, length, channels):
        super().__init__()
        self.vectors = nn.Embedding(tokens, channels)
        self.places = nn.Parameter(torch.zeros(length, channels))

    def forward(self, tokens):
        return self.vectors(tokens) + self.places`,
}

/** `tokenEmbedding` of `@gen/nn`. */
export const tokenEmbeddingWriter: LayerWriter = (node) => ({
  module: `TokenEmbedding(${Number(node.config.tokens)}, length=${node.shape[0]}, channels=${channelsOut(node)})`,
  weights: { vectors: ['vectors.weight', 'same'], places: ['places', 'same'] },
  uses: [embeddingText],
})

const blockText = (mixes: boolean): PythonText => ({
  name: 'TransformerBlock',
  uses: [splitHeadsText],
  text: `class TransformerBlock(nn.Module):
    """h = x + attention(norm(x)), then h + perceptron(norm(h))${mixes ? '; before both, x + a depthwise convolution of norm(x)' : ''}."""

    def __init__(self, channels, heads, hidden, causal=False${mixes ? ', window=0' : ''}):
        super().__init__()
        self.heads, self.causal = heads, causal${
          mixes
            ? `
        self.near_norm = nn.LayerNorm(channels)
        self.pads = (window, 0 if causal else window)
        self.near = nn.Parameter(torch.zeros(sum(self.pads) + 1, channels))`
            : ''
        }
        self.norm1 = nn.LayerNorm(channels)
        self.query = nn.Linear(channels, channels)
        self.keys = nn.Linear(channels, channels, bias=False)
        self.values = nn.Linear(channels, channels)
        self.attended = nn.Linear(channels, channels)
        self.norm2 = nn.LayerNorm(channels)
        self.hidden = nn.Linear(channels, hidden)
        self.output = nn.Linear(hidden, channels)

    def forward(self, x):${
      mixes
        ? `
        near = F.pad(self.near_norm(x).mT, self.pads)
        x = x + F.conv1d(near, self.near.T[:, None], groups=x.shape[-1]).mT`
        : ''
    }
        seen = self.norm1(x)
        q, k, v = (split_heads(layer(seen), self.heads) for layer in (self.query, self.keys, self.values))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        x = x + self.attended(mixed.transpose(1, 2).flatten(2))
        return x + self.output(F.silu(self.hidden(self.norm2(x))))`,
})

/** `transformerBlock` of `@gen/nn`. */
export const transformerBlockWriter: LayerWriter = (node) => {
  const { heads, causal, window, expansion } = node.config
  const channels = channelsIn(node)
  if (node.inputs[0]?.shape.length !== 2) return refuseLayer(node, 'a block over a sequence')
  const near = Number(window) > 0 ? `, window=${Number(window)}` : ''
  const hidden = Number(expansion) * channels
  const order = causal === true ? ', causal=True' : ''
  return {
    module: `TransformerBlock(${channels}, heads=${Number(heads)}, hidden=${hidden}${order}${near})`,
    weights: {
      nearScale: ['near_norm.weight', 'same'],
      nearOffset: ['near_norm.bias', 'same'],
      near: ['near', 'same'],
      attentionScale: ['norm1.weight', 'same'],
      attentionOffset: ['norm1.bias', 'same'],
      ...attentionPlaces,
      attended: ['attended.weight', 'linear'],
      attendedBias: ['attended.bias', 'same'],
      hiddenScale: ['norm2.weight', 'same'],
      hiddenOffset: ['norm2.bias', 'same'],
      hidden: ['hidden.weight', 'linear'],
      hiddenBias: ['hidden.bias', 'same'],
    },
    uses: [blockText(near !== '')],
  }
}
