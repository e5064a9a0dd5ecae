/** A flow in Python. @module */
import * as v from 'valibot'
import type { NamedWeight } from '../../../weights/named-weight.ts'
import type { NetworkClass, PythonInput } from '../../network-class.ts'
import { sizeOf } from './elements.ts'
import { squeezesOf } from './image-shapes.ts'
import { rowsText } from './structure-texts.ts'
import { type FlowVariable, fieldsOf, indented, refuseFlow, type Written } from './transform.ts'
import { contextOf, writtenTransform } from './write-transform.ts'

/** What is read of a flow. */
export interface FlowFacts {
  /** Of an event, channels last. */
  readonly shape: readonly number[]
  readonly config: unknown
}

const schema = v.object({
  base: v.looseObject({ kind: v.string() }),
  classes: v.number(),
  transforms: v.pipe(v.array(v.looseObject({ kind: v.string() })), v.minLength(1)),
})

/** A flow as a class of that name, of the transforms that its config lists; it takes its weights from those that are open. */
export function flowClass({ shape, config }: FlowFacts, open: FlowVariable[], name = 'Flow'): NetworkClass {
  const { base, classes, transforms } = fieldsOf(schema, config)
  if (base.kind !== 'standardNormal') {
    return refuseFlow('a flow from the standard normal distribution', `one from ${base.kind}`)
  }
  if (shape.length !== 1 && shape.length !== 3) return refuseFlow('a flow of vectors or of images', `[${shape}]`)
  const written = transforms.map((transform, i) => writtenTransform(transform, open, `transforms.${i}`))
  const told = Math.max(0, ...transforms.map(contextOf))
  const size = sizeOf(shape)
  const inputs: PythonInput[] = [
    { name: 'x', shape: channelsFirst(shape), isInteger: false },
    ...(told > 0 ? [{ name: 'context', shape: [told], isInteger: false }] : []),
  ]
  // Multiscale flows give vectors; others of images give images.
  const isImage = shape.length > 1 && !transforms.some(({ kind }) => kind === 'multiscale')
  const text = textOf({ name, written, size, told, classes, ...(isImage && { image: lastShape(shape, transforms) }) })
  return {
    name,
    text,
    uses: [...written.flatMap(({ uses }) => uses), ...(isImage ? [rowsText] : [])],
    inputs,
    output: [size],
    weights: written.flatMap(({ weights }): readonly NamedWeight[] => weights),
  }
}

/** Of one row, as PyTorch has it. */
export function channelsFirst(shape: readonly number[]): number[] {
  return shape.length === 1 ? [...shape] : [...shape.slice(-1), ...shape.slice(0, -1)]
}

interface Pieces {
  readonly name: string
  readonly written: readonly Written[]
  readonly size: number
  readonly told: number
  readonly classes: number
  /** Channels, height and width of what the last transform gives, if that is an image. */
  readonly image?: string
}

function textOf({ name, written, size, told, classes, image }: Pieces): string {
  const given = told > 0 ? ', context' : ''
  const about = classes > 0 ? '; the context is one-hot, the class' : ''
  const list = written.map(({ module }) => `${module},`).join('\n')
  return `class ${name}(nn.Module):
    """Data to noise, and back${about}."""

    def __init__(self):
        super().__init__()
        self.transforms = nn.ModuleList([
${indented(list, ' '.repeat(12))}
        ])

    def forward(self, x${given}):
        """The noise [batch, ${size}] that x is made of; \`log_prob\` has its density."""
        return self.to_noise(x${given})[0]

    def to_noise(self, x${given}):
        log_det = torch.zeros(len(x), device=x.device)
        for transform in self.transforms:
            x, more = transform(x${given})
            log_det = log_det + more
        return ${image ? 'to_rows(x)' : 'x'}, log_det

    def to_data(self, z${given}):
        return self.from_noise(z${given})[0]

    def from_noise(self, z${given}):
        log_det = torch.zeros(len(z), device=z.device)
${image ? `        z = to_images(z, ${image})\n` : ''}        for transform in reversed(self.transforms):
            z, more = transform(z${given || ', None'}, inverse=True)
            log_det = log_det + more
        return z, log_det

    def log_prob(self, x${given}):
        """In nats, [batch]."""
        z, log_det = self.to_noise(x${given})
        return log_det - 0.5 * (z**2 + math.log(2 * math.pi)).sum(1)`
}

/** Where squeezes stand outside of a multiscale flow, the result has another shape than the data. */
function lastShape(shape: readonly number[], transforms: readonly unknown[]): string {
  const squeezes = transforms.reduce<number>((sum, transform) => sum + squeezesOf(transform), 0)
  const [height = 1, width = 1, channels = 1] = shape
  return [channels * 4 ** squeezes, height / 2 ** squeezes, width / 2 ** squeezes].join(', ')
}
