"""How the peers train: Adam, clipped gradients, a rate that falls as a cosine of the time spent (flows/train-for.ts)."""

import math
import os
import time

import torch
import zuko

versions = dict(torch=torch.__version__, zuko=zuko.__version__)
warm_up_steps = 100


def train_for(flow, points, settings, seconds, on_step=lambda step: None):
    """Trains for a time; what `on_step` takes does not count."""
    rate, size = settings["rate"], settings["batch"]
    optimizer = torch.optim.Adam(flow.parameters(), lr=rate)
    order, at, steps, elsewhere = torch.randperm(len(points)), 0, 0, 0.0
    start = time.perf_counter()
    spent = 0.0
    while spent < seconds:
        if at + size > len(points):
            order, at = torch.randperm(len(points)), 0
        x = points[order[at : at + size]]
        at += size
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (steps + 1) / warm_up_steps) * 0.5 * (1 + math.cos(math.pi * spent / seconds))
        loss = -flow().log_prob(x).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(flow.parameters(), settings["clipNorm"])
        optimizer.step()
        steps += 1
        if steps % 1000 == 0:
            print(f"step {steps}, loss {loss.item():.3f}", flush=True)
        paused = time.perf_counter()
        on_step(steps)
        elsewhere += time.perf_counter() - paused
        spent = time.perf_counter() - start - elsewhere
    return dict(steps=steps, seconds=spent, millisecondsPerStep=1000 * spent / steps)


def choose_threads(make_flow, points, settings):
    """Small networks are often faster on one thread: takes the number that is."""
    times = {}
    for threads in sorted({1, os.cpu_count()}):
        torch.set_num_threads(threads)
        flow = make_flow()
        train_for(flow, points, settings, 0.5)
        times[threads] = train_for(flow, points, settings, 1.5)["millisecondsPerStep"]
    best = min(times, key=times.get)
    torch.set_num_threads(best)
    return best
