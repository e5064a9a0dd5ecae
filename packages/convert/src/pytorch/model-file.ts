/** `model.py`. @module */
import { refusal } from '@gen/backend'
import type { NamedWeight } from '../weights/named-weight.ts'
import type { NetworkClass, PythonInput } from './network-class.ts'
import { type PythonText, where } from './written-layer.ts'

/** A weight that no network has, by the name of its variable: of a prior, a likelihood, a codebook. */
export interface OtherWeight {
  readonly name: string
  readonly variable: NamedWeight['variable']
}

/** Writes a model's file: the classes that it uses, from the parts to the whole. */
export function modelFile(model: NetworkClass, others: readonly OtherWeight[]): string {
  const whole = others.length > 0 ? withOthers(model, others) : model
  const classes = orderedTexts(whole)
  const body = [...classes.map(({ text }) => text), loadText(whole.name), mainText(whole)].join('\n\n\n')
  return `${[header, imports(body), '', '', body].join('\n')}\n`
}

const header = `"""A model of @gen in PyTorch, made by \`gen convert --to pytorch\`. Needs torch and safetensors, nothing else.

Images are [batch, channels, height, width] here, and [batch, height, width, channels] there; the weights are the same numbers.

    model = load()          # with the weights of model.safetensors
    ...                     # trains as any nn.Module
    save(model)             # \`gen convert <this folder> --to gen\` reads it back
"""
`

function imports(body: string): string {
  return [
    ...(body.includes('math.') ? ['import math'] : []),
    'from pathlib import Path',
    '',
    'import torch',
    ...(/\bF\./.test(body) ? ['import torch.nn.functional as F'] : []),
    'from safetensors.torch import load_file, save_file',
    'from torch import nn',
    ...(body.includes('parametrize.') ? ['from torch.nn.utils import parametrize'] : []),
  ].join('\n')
}

/** Each class once, behind what it uses. */
function orderedTexts(whole: PythonText): PythonText[] {
  const found = new Map<string, PythonText>()
  const visit = (text: PythonText): void => {
    for (const used of text.uses ?? []) visit(used)
    const known = found.get(text.name)
    if (known === undefined) found.set(text.name, text)
    else if (known.text !== text.text) {
      throw refusal('config', where, { expected: `one kind of ${text.name} in a model`, got: 'two' })
    }
  }
  visit(whole)
  return [...found.values()]
}

function loadText(name: string): string {
  return `weights = Path(__file__).with_name("model.safetensors")


def load(path=weights):
    """The model with its weights, ready to be called; \`.train()\` makes it ready to be trained."""
    model = ${name}()
    model.load_state_dict(load_file(path))
    return model.eval()


def save(model, path=weights):
    """Writes the weights under the names that \`load\` and gen know."""
    save_file({name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}, path)`
}

function mainText({ inputs }: NetworkClass): string {
  const examples = inputs.map(exampleOf).join(', ')
  return `if __name__ == "__main__":
    with torch.no_grad():
        print(*load()(${examples}).shape)`
}

/** Two rows of an argument. */
function exampleOf({ name, shape, isInteger }: PythonInput): string {
  const sizes = ['2', ...shape.map((n) => n ?? 32)].join(', ')
  if (isInteger) return shape.length === 0 ? 'torch.tensor([0, 1])' : `torch.zeros(${sizes}, dtype=torch.long)`
  return name === 'alpha' ? 'torch.tensor([0.2, 0.8])' : `torch.randn(${sizes})`
}

/** The model beside what else trains with it. */
function withOthers(model: NetworkClass, others: readonly OtherWeight[]): NetworkClass {
  const lines = others.map(
    ({ name, variable }) => `            "${name}": torch.zeros(${variable.shape.join(', ') || '()'}),`,
  )
  const text = model.text.replace(
    '        super().__init__()\n',
    `        super().__init__()
        # Of the prior, the likelihood or the codebook: not used here, kept for the way back.
        self.others = nn.ParameterDict({
${lines.join('\n')}
        })
`,
  )
  return { ...model, text }
}
