"""zuko's flows on the tables and splits of experiments/src/flows-tabular.ts, trained in the same way.

    pip install torch==2.13.0 zuko==1.6.0 numpy
"""

import copy
import json
import sys

import numpy as np
import torch
import zuko

from training import choose_threads, train_for, versions

request = json.loads(sys.stdin.read())
common = dict(transforms=request["layers"], hidden_features=request["hidden"])
splines = dict(common, bins=request["bins"])
makers = {
    "maf": lambda features: zuko.flows.MAF(features, **common),
    # Two passes make it a coupling; a random order of the features mixes them, as ours does by linear layers.
    "nsf": lambda features: zuko.flows.NSF(features, passes=2, randperm=True, **splines),
    "nsf-autoregressive": lambda features: zuko.flows.NSF(features, **splines),
}


def nll(flow, x):
    with torch.no_grad():
        return -flow().log_prob(x).mean().item()


def run(split):
    train, validation, test = (torch.from_numpy(np.load(split[part])) for part in ("train", "validation", "test"))

    def make_flow():
        torch.manual_seed(split["seed"])
        return makers[request["model"]](train.shape[1])

    choose_threads(make_flow, train, request)
    flow = make_flow()
    best = dict(nll=nll(flow, validation), step=0, weights=copy.deepcopy(flow.state_dict()))

    def on_step(step):
        if step % request["checkEvery"] == 0:
            value = nll(flow, validation)
            if value < best["nll"]:
                best.update(nll=value, step=step, weights=copy.deepcopy(flow.state_dict()))

    done = train_for(flow, train, request, request["seconds"], on_step)
    flow.load_state_dict(best["weights"])
    return dict(
        seed=split["seed"],
        testNll=nll(flow, test),
        validationNll=best["nll"],
        bestStep=best["step"],
        millisecondsPerStep=done["millisecondsPerStep"],
        parameters=sum(p.numel() for p in flow.parameters()),
    )


runs = []
for split in request["splits"]:
    runs.append(run(split))
    print(json.dumps(runs[-1]), flush=True)
print(json.dumps(dict(runs=runs, **versions)))
