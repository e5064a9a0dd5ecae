"""zuko's neural spline flow on the points of experiments/src/flows-2d.ts, with its settings and in the same time.

    pip install torch==2.13.0 zuko==1.6.0 numpy
"""

import json
import sys

import numpy as np
import torch
import zuko

from training import choose_threads, train_for, versions

request = json.loads(sys.stdin.read())
train, test = (torch.from_numpy(np.load(request[part])) for part in ("train", "test"))
mean, deviation = train.mean(0), train.std(0)
points = (train - mean) / deviation


def make_flow():
    torch.manual_seed(request["seed"])
    # Two passes make it a coupling, as ours is.
    return zuko.flows.NSF(
        2, transforms=request["layers"], bins=request["bins"], hidden_features=request["hidden"], passes=2
    )


threads = choose_threads(make_flow, points, request)
flow = make_flow()
done = train_for(flow, points, request, request["seconds"])
with torch.no_grad():
    nll = -flow().log_prob((test - mean) / deviation).mean().item() + deviation.log().sum().item()
print(json.dumps(dict(testNll=nll, **done, threads=threads, parameters=sum(p.numel() for p in flow.parameters()), **versions)))
