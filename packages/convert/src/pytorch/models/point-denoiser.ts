/** The denoiser of points in Python. @module */
import { refusal } from '@gen/backend'
import * as v from 'valibot'
import type { NamedWeight } from '../../weights/named-weight.ts'
import { type NetworkClass, type PythonInput, shapeText } from '../network-class.ts'
import { where } from '../written-layer.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const schema = v.object({
  size: count,
  hidden: v.array(count),
  classes: count,
  context: v.optional(v.array(count)),
  augmentation: v.optional(count, 0),
  residual: v.optional(v.boolean(), true),
})

type Config = v.InferOutput<typeof schema>

interface Denoiser {
  readonly players: readonly { variables(): NamedWeight['variable'][] }[]
}

/** `pointDenoiser` of `@gen/diffusion`, whose variables come as kernels and biases in turn. */
export function pointDenoiserClass(given: unknown, { players }: Denoiser): NetworkClass {
  const parsed = v.safeParse(schema, given)
  if (!parsed.success)
    throw refusal('config', where, { expected: 'the config of a pointDenoiser', got: JSON.stringify(given) })
  const config = parsed.output
  const inputs = inputsOf(config)
  const weights = (players[0]?.variables() ?? []).map((variable, i): NamedWeight => {
    const isKernel = i % 2 === 0
    const name = `layers.${Math.floor(i / 2)}.${isKernel ? 'weight' : 'bias'}`
    return { name, layout: isKernel ? 'linear' : 'same', shape: variable.shape, variable }
  })
  return { name: 'PointDenoiser', text: textOf(config, inputs), inputs, output: [config.size], weights }
}

function inputsOf({ size, classes, context, augmentation }: Config): PythonInput[] {
  const input = (name: string, shape: readonly number[], isInteger = false) => ({ name, shape, isInteger })
  return [
    input('x', [size]),
    input('alpha', []),
    ...(classes > 0 ? [input('label', [], true)] : []),
    ...(context ? [input('context', context)] : []),
    ...(augmentation > 0 ? [input('augmentation', [augmentation])] : []),
  ]
}

function textOf({ size, hidden, classes, context, augmentation, residual }: Config, inputs: PythonInput[]): string {
  const told = (context ?? []).reduce((product, n) => product * n, context ? 1 : 0)
  const first = size + 9 + (classes > 0 ? classes + 1 : 0) + told + augmentation
  const shapes = inputs.map(({ name, shape }) => `${name} ${shapeText(shape)}`).join(', ')
  const features = [
    'x',
    'level',
    '*waves',
    ...(classes > 0 ? [`F.one_hot(label, ${classes + 1}).to(x.dtype)`] : []),
    ...(context ? ['context.flatten(1)'] : []),
    ...(augmentation > 0 ? ['augmentation'] : []),
  ]
  return [
    'class PointDenoiser(nn.Module):',
    `    """${residual ? '√(1 − α) x + √α F(x, features of α)' : 'F(x, features of α)'}: ${shapes} → [batch, ${size}]."""`,
    '',
    '    def __init__(self):',
    '        super().__init__()',
    `        sizes = [${[first, ...hidden, size].join(', ')}]`,
    '        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))',
    '',
    `    def forward(self, ${inputs.map(({ name }) => name).join(', ')}):`,
    '        signal, noise = alpha[:, None].sqrt(), (1 - alpha[:, None]).sqrt()',
    '        level = (signal.clamp(min=2**-20).log() - noise.clamp(min=2**-20).log()) / 4',
    '        waves = [f(level * (n * math.pi / 2)) for n in (1, 2, 4, 8) for f in (torch.sin, torch.cos)]',
    `        h = torch.cat([${features.join(', ')}], 1)`,
    '        for layer in self.layers[:-1]:',
    '            h = F.silu(layer(h))',
    '        h = self.layers[-1](h)',
    `        return ${residual ? 'noise * x + signal * h' : 'h'}`,
  ].join('\n')
}
