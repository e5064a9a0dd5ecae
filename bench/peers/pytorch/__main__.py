"""PyTorch beside ours, for bench/src/engines/torch.ts: one JSON request a line on stdin, one JSON reply a line on stdout.

    python bench/peers/pytorch

Needs torch (2.13.0 was used). OMP_NUM_THREADS sets the threads.
"""

import json
import os
import resource
import sys
import time

import torch

import formula
import operations
import sampling
import steps
from layout import Layout
from parameters import Parameters

sessions = {}

# As in src/engines/tfjs.ts.
clock = time.process_time if os.environ.get("GEN_BENCH_CLOCK") == "cpu" else time.perf_counter


def open_session(session, task, inputs, variant, attributes=None, parameters=None):
    attributes = attributes or {}
    layout = Layout(variant)
    arrays = {name: formula.array(spec) for name, spec in inputs.items()}
    if parameters is None:
        sessions[session] = getattr(operations, task)(arrays, attributes, layout)
        return
    p = Parameters(parameters, layout)
    if task in sampling.tasks:
        sessions[session] = sampling.tasks[task](arrays, p, attributes, variant)
        return
    sessions[session] = steps.training(getattr(steps, task)(arrays, p, attributes), p, attributes)


def info(variant=None):
    if variant == "onnxruntime":
        import onnx  # noqa: F401  the exporter's
        import onnxruntime  # noqa: F401
    return torch.__version__


def check(session):
    start = clock()
    outputs = sessions[session]()
    milliseconds = 1000 * (clock() - start)
    return dict(sample=[formula.sample(output) for output in outputs], milliseconds=milliseconds)


def timed(session, count):
    run = sessions[session]
    times = []
    for _ in range(count):
        start = clock()
        run()
        times.append(1000 * (clock() - start))
    return times


def memory():
    """Most memory that was ever resident, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


commands = dict(
    info=info,
    open=open_session,
    check=check,
    time=timed,
    memory=memory,
    close=lambda session: sessions.pop(session) and None,
)


def answer(line):
    request = json.loads(line)
    try:
        return json.dumps(dict(value=commands[request.pop("command")](**request)), allow_nan=False)
    except Exception as error:  # told to whoever asked
        return json.dumps(dict(error=f"{type(error).__name__}: {error}"))


torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
for line in sys.stdin:
    print(answer(line), flush=True)
