"""A model's trained parameters, by the names and shapes of our model; the peer's model takes them by name."""

import torch
import torch.nn.functional as F

import formula


class Parameters:
    """Makes each parameter when the model first asks for it, in the layout that its use needs."""

    def __init__(self, specs, layout):
        self.specs = specs
        self.layout = layout
        self.made = {}

    def take(self, name, convert=lambda x: x):
        if name not in self.made:
            self.made[name] = torch.nn.Parameter(convert(formula.array(self.specs[name])).clone())
        return self.made[name]

    def filter(self, name):
        return self.take(name, self.layout.filter)

    def matrix(self, name):
        return self.take(name, lambda kernel: kernel.t().contiguous())

    def bias(self, name):
        return self.take(name) if name in self.specs else None

    def named(self, prefix):
        return [parameter for name, parameter in self.made.items() if name.startswith(prefix)]

    def dense(self, x, name, kernel="kernel", bias="bias"):
        return F.linear(x, self.matrix(f"{name}/{kernel}"), self.bias(f"{name}/{bias}"))

    def convolution(self, x, name, kernel="kernel", bias="bias", **options):
        return F.conv2d(x, self.filter(f"{name}/{kernel}"), self.bias(f"{name}/{bias}"), **options)

    def group_norm(self, x, name, scale="scale", offset="offset"):
        scale, offset = self.take(f"{name}/{scale}"), self.take(f"{name}/{offset}")
        return F.group_norm(x, groups_for(x.shape[1]), scale, offset)

    def assert_complete(self):
        """The same network: no parameter of ours that the peer does not use; shapes agree, or the model had failed."""
        missing = self.specs.keys() - self.made.keys()
        assert not missing, f"the peer's model does not use {sorted(missing)}"
        count, expected = (sum(p.numel() for p in self.made.values()), sum(size(s) for s in self.specs.values()))
        assert count == expected, f"the peer's model has {count} parameters, ours {expected}"


def size(spec):
    return torch.Size(spec["shape"]).numel()


def groups_for(channels, most=8):
    """As in @gen/nn: the most groups, at most 8, of at least 4 channels each, that divide the channels."""
    return next((g for g in range(min(most, channels // 4), 1, -1) if channels % g == 0), 1)
