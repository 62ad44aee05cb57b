"""Trains a small time-delay network in torch and folds all its normalisation into plain affine layers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

OFFSETS = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (0,))
CONTEXT = sum(max(offsets) for offsets in OFFSETS)
CHUNK, BATCH, RATE, DECAY = 60, 64, 4e-3, 0.01
Frames = tuple[NDArray[np.float32], NDArray[np.int64]]


@dataclass(frozen=True)
class Affine:
    """One layer as Kaldi wants it: the offsets it sees, and weights (output by offset-major input) and biases."""

    offsets: Sequence[int]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]


def _convolution(inputs: int, outputs: int, offsets: Sequence[int]) -> nn.Conv1d:
    step = offsets[1] - offsets[0] if len(offsets) > 1 else 1
    return nn.Conv1d(inputs, outputs, len(offsets), dilation=step)


def _network(inputs: int, width: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = [nn.BatchNorm1d(inputs, affine=False, momentum=None)]
    for index, offsets in enumerate(OFFSETS[:-1]):
        layers += [
            _convolution(width if index else inputs, width, offsets),
            nn.ReLU(),
            nn.BatchNorm1d(width, affine=False),
        ]
    return nn.Sequential(*layers, _convolution(width, outputs, OFFSETS[-1]))


def _chunks(corpus: Sequence[Frames]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces of CHUNK frames with their context; edges repeat, as Kaldi repeats them."""
    inputs, targets = [], []
    for features, labels in corpus:
        padded = np.pad(features, ((CONTEXT, CONTEXT + CHUNK), (0, 0)), mode="edge")
        known = np.pad(labels, (0, CHUNK), constant_values=-100)
        for start in range(0, len(labels), CHUNK):
            inputs.append(padded[start : start + CHUNK + 2 * CONTEXT].T)
            targets.append(known[start : start + CHUNK])
    return torch.from_numpy(np.stack(inputs)), torch.from_numpy(np.stack(targets))


def train(corpus: Sequence[Frames], outputs: int, *, width: int, epochs: int, seed: int) -> list[Affine]:
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # the same sums in the same order on every machine with this torch
    inputs, targets = _chunks(corpus)
    network = _network(inputs.shape[1], width, outputs)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = epochs * -(-len(inputs) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE, total_steps=steps)
    for epoch in range(epochs):
        losses = []
        for batch in torch.randperm(len(inputs)).split(BATCH):
            loss = nn.functional.cross_entropy(network(inputs[batch]), targets[batch], ignore_index=-100)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"  epoch {epoch + 1}: loss {np.mean(losses):.3f}", flush=True)
    return _folded(network.eval())


def _folded(network: nn.Sequential) -> list[Affine]:
    """Each normalisation's shift and scale, moved into the columns of the affine layer after it."""
    layers: list[Affine] = []
    for offsets, (norm, convolution) in zip(OFFSETS, _pairs(network), strict=True):
        scale = 1 / torch.sqrt(norm.running_var + norm.eps)
        weights = convolution.weight * scale[None, :, None]
        biases = convolution.bias - (weights * norm.running_mean[None, :, None]).sum(dim=(1, 2))
        matrix = weights.permute(0, 2, 1).reshape(len(weights), -1)
        layers.append(Affine(offsets, matrix.detach().numpy(), biases.detach().numpy()))
    return layers


def _pairs(network: nn.Sequential) -> list[tuple[nn.Module, nn.Module]]:
    kept = [layer for layer in network if not isinstance(layer, nn.ReLU)]
    return list(zip(kept[::2], kept[1::2], strict=True))
