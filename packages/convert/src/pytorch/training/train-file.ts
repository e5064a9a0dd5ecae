/** `train.py`: a diffusion model's training in PyTorch. @module */
import * as v from 'valibot'
import type { NetworkClass } from '../network-class.ts'
import { axes, axisLine, type PredictionLines } from './axes.ts'
import { type Told, toldOf } from './told.ts'
import { type TrainingPlan, trainingLoop } from './training-loop.ts'

const numbers = v.union([v.number(), v.array(v.number())])
const schema = v.looseObject({
  schedule: v.unknown(),
  prediction: v.unknown(),
  loss: v.unknown(),
  weighting: v.unknown(),
  times: v.unknown(),
  classes: v.number(),
  dropLabel: v.number(),
  selfConditioning: v.boolean(),
  offsetNoise: v.number(),
  augmentation: v.unknown(),
  mean: numbers,
  std: numbers,
  range: v.nullable(v.array(v.number())),
})

/** Writes the script of a diffusion model: one that trains, or one that says what of the run it cannot go on with. Other models have none. */
export function trainFile(config: unknown, model: NetworkClass, plan: TrainingPlan): string | undefined {
  const parsed = v.safeParse(schema, config)
  if (!parsed.success) return undefined
  const { output } = parsed
  if (output.augmentation !== null) return refusalText('data without augmentation', 'a run that augments them')
  const [schedule, prediction, loss, weighting, times] = [
    axisLine(axes.schedule, output.schedule),
    axisLine(axes.prediction, output.prediction),
    axisLine(axes.loss, output.loss),
    axisLine(axes.weighting, output.weighting),
    axisLine(axes.times, output.times),
  ]
  if (!schedule || !prediction || !loss || !weighting || !times) {
    const found = { schedule, prediction, loss, weighting, times }
    const [axis] = Object.entries(found).find(([, line]) => !line)!
    const { kind } = v.parse(v.looseObject({ kind: v.string() }), Reflect.get(output, axis))
    const known = Object.keys(Reflect.get(axes, axis)).join(', ')
    return refusalText(`${axis} of kind ${known}`, kind)
  }
  const lines = {
    schedule: schedule.line,
    ...prediction.line,
    loss: loss.line,
    weight: weighting.line,
    times: times.line,
  }
  return textOf(lines, output, model, plan)
}

/** A script that says what it cannot do, and what can be done. */
function refusalText(expected: string, got: string): string {
  const message = `train.py: expected ${expected}, got ${got}; write a loop of your own around load() and save() of model.py`
  return `raise SystemExit(${JSON.stringify(message)})\n`
}

/** What of the script depends on the model's pieces. */
interface Lines extends PredictionLines {
  readonly schedule: string
  readonly loss: string
  readonly weight: string | undefined
  readonly times: string
}

function textOf(
  { schedule, input, target, gain, clean, loss, weight, times }: Lines,
  rest: v.InferOutput<typeof schema>,
  model: NetworkClass,
  plan: TrainingPlan,
): string {
  const told = toldOf(model, { ...rest, isBounded: rest.range !== null })
  const columns = model.output.map(() => 'None').join(', ')
  return `${header}
import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
${loss.includes('F.') ? 'import torch.nn.functional as F\n' : ''}from safetensors.torch import load_file, save_file
from torch.nn.parallel import DistributedDataParallel

from model import load, save


def alpha_of(t):
    """The signal ratio at times t in [0, 1], from clean to noise."""
    return ${schedule}


def draw_alpha(rows, device="cpu"):
    """Which noise levels a batch is trained at."""
    return ${times}
${told.tell ?? ''}

def row_losses(${['model, data, alpha, eps', ...told.names, ...(told.selfConditioning ? ['glance'] : [])].join(', ')}):
    """The loss of each row [batch] of data in their own units, at its signal ratio [batch] and with its noise."""
    x0 = (data - ${operand(rest.mean, model)}) / ${operand(rest.std, model)}
    signal, noise = alpha[:, ${columns}].sqrt(), (1 - alpha[:, ${columns}]).sqrt()
    x = signal * x0 + noise * eps
${[...told.lines, ...glanceLines(told, input, clean)].map((line) => `    ${line}\n`).join('')}    output = ${told.call(input)}
    difference = ${target} - output
    losses = (${loss}).flatten(1).sum(1)
${
  weight === undefined
    ? '    return losses'
    : `    snr = alpha / (1 - alpha)
    gain = (${gain}).flatten()
    return losses * (${weight}) * gain**2`
}
${trainingLoop(plan, { told, offsetNoise: rest.offsetNoise })}`
}

/** A network that conditions on itself looks twice where it is told to: at first without an estimate and a gradient. */
function glanceLines(told: Told, input: string, clean: string): string[] {
  if (!told.selfConditioning) return []
  return [
    'estimate = torch.zeros_like(x)',
    'if glance:',
    '    with torch.no_grad():',
    `        output = ${told.call(input)}`,
    `        estimate = ${clean}`,
  ]
}

/** One number, or one for each channel, which is the first axis behind the batch there. */
function operand(value: number | number[], { output }: NetworkClass): string {
  if (typeof value === 'number') return value < 0 ? `(${value})` : `${value}`
  const positions = output.slice(1).map(() => ', None')
  return `torch.tensor([${value.join(', ')}], device=data.device)[:${positions.join('')}]`
}

const header = `"""Goes on training the model of this folder where its run stopped. Needs torch, safetensors and numpy.

    gen data export mnist --out data                                      # the same data, as .npy files
    torchrun --nproc_per_node 2 train.py --data data --steps 1000         # on one machine; --nnodes and --rdzv-endpoint for several
    gen convert <this folder> --to gen --out model                        # and back

Each process takes its share of every batch, and their gradients are averaged, so that N processes make the same steps as one.
model.safetensors has the averaged weights, training.safetensors what goes on: the weights themselves and the optimizer's moments.
"""
`
