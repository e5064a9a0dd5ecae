"""zuko's neural spline flow on the points that bench/src/flows-2d.ts wrote, with its settings and time budget.

    pip install torch==2.13.0 zuko==1.6.0 numpy
    python bench/peers/zuko_2d.py

Reads bench/results/flows-2d.json and runs/flows-2d/*.npy; writes bench/results/zuko-2d.json.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import zuko

root = Path(__file__).resolve().parents[2]
ours = json.loads((root / "bench/results/flows-2d.json").read_text())
settings = ours["settings"]

parser = argparse.ArgumentParser()
parser.add_argument("--seconds", type=float, default=float(settings["seconds"]))
parser.add_argument("--threads", type=int, default=os.cpu_count())
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
batch, bins, layers, hidden = (int(settings[name]) for name in ("batch", "bins", "layers", "hidden"))
rate = float(settings["rate"])
warm_up_steps = 20


def make_flow():
    torch.manual_seed(int(settings["seed"]))
    # Two passes make it a coupling, as ours is.
    return zuko.flows.NSF(2, transforms=layers, bins=bins, hidden_features=(hidden, hidden), passes=2)


def descend(flow, points, steps):
    optimizer = torch.optim.Adam(flow.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: 0.5 * (1 + math.cos(math.pi * min(1, i / steps))))
    order = torch.randperm(len(points))
    at = 0
    for _ in range(steps):
        if at + batch > len(points):
            order, at = torch.randperm(len(points)), 0
        x = points[order[at : at + batch]]
        at += batch
        loss = -flow().log_prob(x).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(flow.parameters(), 5)
        optimizer.step()
        schedule.step()


def run(result):
    name = result["toy"]
    train, test = (torch.from_numpy(np.load(root / f"runs/flows-2d/{name}-{part}.npy")) for part in ("train", "test"))
    mean, deviation = train.mean(0), train.std(0)
    points = (train - mean) / deviation
    flow = make_flow()
    descend(flow, points, 3)
    start = time.perf_counter()
    descend(flow, points, warm_up_steps)
    per_step = (time.perf_counter() - start) / warm_up_steps
    steps = max(1, int(arguments.seconds / per_step) - warm_up_steps)
    flow = make_flow()
    start = time.perf_counter()
    descend(flow, points, steps)
    elapsed = time.perf_counter() - start
    with torch.no_grad():
        nll = -flow().log_prob((test - mean) / deviation).mean().item() + deviation.log().sum().item()
    return dict(
        toy=name,
        testNll=nll,
        truth=result["truth"],
        gap=nll - result["truth"],
        steps=steps,
        millisecondsPerStep=1000 * elapsed / steps,
        parameters=sum(p.numel() for p in flow.parameters()),
    )


report = dict(
    torch=torch.__version__,
    zuko=zuko.__version__,
    threads=arguments.threads,
    seconds=arguments.seconds,
    settings=settings,
    results=[],
)
for result in ours["results"]:
    report["results"].append(run(result))
    print(json.dumps(report["results"][-1]), flush=True)
(root / "bench/results/zuko-2d.json").write_text(json.dumps(report, indent=2) + "\n")
