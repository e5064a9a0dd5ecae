/** `train.py`: a model's training in PyTorch. @module */
import * as v from 'valibot'
import type { NetworkClass } from '../network-class.ts'
import { diffusionScript } from './diffusion-script.ts'
import { flowScript } from './flow-script.ts'
import { ganScript } from './gan/gan-script.ts'
import { trainingLoop } from './training-loop.ts'
import type { TrainingPlan } from './training-plan.ts'
import type { NoScript, TrainingScript } from './training-script.ts'
import { vaeScript } from './vae/vae-script.ts'

const scripts: Readonly<Record<string, (config: unknown, model: NetworkClass) => TrainingScript | NoScript>> = {
  diffusion: diffusionScript,
  vae: vaeScript,
  gan: ganScript,
  flow: flowScript,
  imageFlow: flowScript,
}

/** Writes a model's script: one that trains, or one that says what of the run it cannot go on with. Some families have none. */
export function trainFile(config: unknown, model: NetworkClass, plan: TrainingPlan): string | undefined {
  const parsed = v.safeParse(v.object({ kind: v.string() }), config)
  const kind = parsed.success ? parsed.output.kind : ''
  const write = Object.hasOwn(scripts, kind) ? scripts[kind] : undefined
  const script = write?.(config, model)
  if (script === undefined) return undefined
  return 'functions' in script ? textOf(script, plan) : refusalText(script)
}

/** A script that says what it cannot do, and what can be done. */
function refusalText({ expected, got }: NoScript): string {
  const message = `train.py: expected ${expected}, got ${got}; write a loop of your own around load() and save() of model.py`
  return `raise SystemExit(${JSON.stringify(message)})\n`
}

function textOf(script: TrainingScript, plan: TrainingPlan): string {
  const { functions, wrapped, game } = script
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
${/\bF\./.test(functions) ? 'import torch.nn.functional as F\n' : ''}from safetensors.torch import load_file, save_file
${wrapped === 'model' ? '' : 'from torch import nn\n'}${game ? '' : 'from torch.nn.parallel import DistributedDataParallel\n'}
from model import load, save
${functions}${trainingLoop(plan, script)}`
}

const header = `"""Goes on training the model of this folder where its run stopped. Needs torch, safetensors and numpy.

    gen data export mnist --out data                                      # the same data, as .npy files
    torchrun --nproc_per_node 2 train.py --data data --steps 1000         # on one machine; --nnodes and --rdzv-endpoint for several
    gen convert <this folder> --to gen --out model                        # and back

Each process takes its share of every batch, and their gradients are averaged, so that N processes make the same steps as one.
model.safetensors has the averaged weights, training.safetensors what goes on: the weights themselves and the optimizer's moments.
"""
`
