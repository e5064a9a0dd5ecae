/** A flow over images of a few levels in Python. @module */
import * as v from 'valibot'
import type { NetworkClass } from '../../network-class.ts'
import { below } from '../below.ts'
import { sizeOf } from './elements.ts'
import { type FlowFacts, flowClass } from './flow-class.ts'
import { type FlowVariable, fieldsOf } from './transform.ts'

const schema = v.object({
  levels: v.number(),
  flow: v.unknown(),
  dequantizer: v.variant('kind', [
    v.object({ kind: v.literal('uniform') }),
    v.object({ kind: v.literal('variational'), noise: v.unknown() }),
  ]),
})

/** The flow, and the one that its noise comes from where that is learned. */
export function imageFlowClass({ shape, config }: FlowFacts, open: FlowVariable[]): NetworkClass {
  const { levels, flow: given, dequantizer } = fieldsOf(schema, config)
  const flow = flowClass({ shape, config: given }, open)
  const noise =
    dequantizer.kind === 'variational' ? flowClass({ shape, config: dequantizer.noise }, open, 'Noise') : undefined
  const told = flow.inputs.length > 1 ? ', context' : ''
  const size = sizeOf(shape)
  return {
    name: 'ImageFlow',
    uses: [flow, ...(noise ? [noise] : [])],
    inputs: flow.inputs,
    output: flow.output,
    weights: [...below('flow', flow), ...(noise ? below('noise', noise) : [])],
    text: `class ImageFlow(nn.Module):
    """A distribution over images of ${levels} levels in [0, 1]: noise within a level gives them a density."""

    def __init__(self):
        super().__init__()
        self.flow = Flow()
${noise ? '        self.noise = Noise()\n' : ''}
    def forward(self, x${told}):
        """The code [batch, ${size}] of x."""
        return self.flow(x${told})

    def to_data(self, z${told}):
        """The images of codes, in [0, 1] and not rounded to levels; codes of a standard normal distribution are samples."""
        return self.flow.to_data(z${told}).clamp(0, 1)

    def log_prob(self, x${told}, noise=None):
        """A lower bound in nats, [batch], by one draw of noise ${noise ? `[batch, ${size}], standard normal` : 'of the shape of x, uniform in [0, 1)'}."""
${noise ? learnedLines(levels, size, told) : uniformLines(levels, size, told)}`,
  }
}

function uniformLines(levels: number, size: number, told: string): string {
  return `        noise = torch.rand_like(x) if noise is None else noise
        v = ((x * ${levels - 1}).round() + noise) / ${levels}
        return self.flow.log_prob(v${told}) - ${size} * math.log(${levels})`
}

function learnedLines(levels: number, size: number, told: string): string {
  return `        noise = torch.randn_like(x.flatten(1)) if noise is None else noise
        within, log_det = self.noise.from_noise(noise, 2 * x - 1)
        log_q = -0.5 * (noise**2 + math.log(2 * math.pi)).sum(1) - log_det
        v = ((x * ${levels - 1}).round() + within) / ${levels}
        return self.flow.log_prob(v${told}) - log_q - ${size} * math.log(${levels})`
}
