"""Writes am/final.mdl: Kaldi's transition model, the network and the priors, in Kaldi's binary form."""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.tiny_model.network import Affine

POSITIONS = 4
HALF = np.log(0.5)


def _token(name: str) -> bytes:
    return f"{name} ".encode()


def _int(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def _ints(values: Sequence[int]) -> bytes:
    return _int(len(values)) + struct.pack(f"<{len(values)}i", *values)


def _vector(values: NDArray[np.floating]) -> bytes:
    return b"FV " + _int(len(values)) + values.astype("<f4").tobytes()


def _matrix(values: NDArray[np.floating]) -> bytes:
    """Two bytes per weight: the matrix between its least and greatest value in 65,535 steps."""
    low, spread = float(values.min()), float(np.ptp(values))
    steps = np.round((values - low) / spread * 65535).astype("<u2")
    return b"CM2 " + struct.pack("<ffii", low, spread, *values.shape) + steps.tobytes()


def phone_ids(index: int) -> list[int]:
    """The phones of a base phone: silence and the stranger are one each, all others have four positions in the word."""
    return [index + 1] if index < 2 else list(range(3 + POSITIONS * (index - 2), 3 + POSITIONS * (index - 1)))


def _transition_model(base_phones: int) -> bytes:
    tuples = [(phone, 0, 2 * index, 2 * index + 1) for index in range(base_phones) for phone in phone_ids(index)]
    phones = [phone for phone, *_ in tuples]
    states = [
        _int(2),
        _int(0),
        _int(1),
        _int(2),
        _int(0),
        _float(0.5),
        _int(1),
        _float(0.5),
        _int(-1),
        _int(-1),
        _int(0),
    ]
    topology = _ints(phones) + _ints([-1] + [0] * len(phones)) + _int(-1) + _int(1) + b"".join(states)
    numbers = b"".join(_int(value) for entry in tuples for value in entry)
    logs = np.array([0.0] + [HALF, HALF] * len(phones))
    parts = [_token("<TransitionModel>"), _token("<Topology>"), topology, _token("</Topology>")]
    parts += [_token("<Tuples>"), _int(len(tuples)), numbers, _token("</Tuples>")]
    parts += [_token("<LogProbs>"), _vector(logs), _token("</LogProbs>"), _token("</TransitionModel>")]
    return b"".join(parts)


def _wiring(layers: Sequence[Affine], inputs: int) -> str:
    """The network's plan, one node a line; the empty line at the end is part of the format."""
    lines, source = [f"input-node name=input dim={inputs}"], "input"
    for index, layer in enumerate(layers):
        seen = [f"Offset({source}, {offset})" if offset else source for offset in layer.offsets]
        joined = f"Append({', '.join(seen)})" if len(seen) > 1 else seen[0]
        lines.append(f"component-node name=affine{index} component=affine{index} input={joined}")
        lines.append(f"component-node name=act{index} component=act{index} input=affine{index}")
        source = f"act{index}"
    return "\n".join(["", *lines, f"output-node name=output input={source} objective=linear", "", ""])


def _component(index: int, layer: Affine, kind: str) -> bytes:
    affine = [
        _token("<ComponentName>"),
        _token(f"affine{index}"),
        _token("<AffineComponent>"),
        _token("<LearningRate>"),
        _float(0.001),
    ]
    affine += [_token("<LinearParams>"), _matrix(layer.weights), _token("<BiasParams>"), _vector(layer.biases)]
    affine += [_token("<IsGradient>"), b"F", _token("</AffineComponent>")]
    act = [
        _token("<ComponentName>"),
        _token(f"act{index}"),
        _token(f"<{kind}>"),
        _token("<Dim>"),
        _int(len(layer.biases)),
    ]
    act += [
        _token("<ValueAvg>"),
        _vector(np.zeros(0)),
        _token("<DerivAvg>"),
        _vector(np.zeros(0)),
        _token("<Count>"),
        _float(0.0),
    ]
    return b"".join([*affine, *act, _token(f"</{kind}>")])


def content(layers: Sequence[Affine], priors: NDArray[np.floating], base_phones: int) -> bytes:
    kinds = ["RectifiedLinearComponent"] * (len(layers) - 1) + ["LogSoftmaxComponent"]
    inputs = layers[0].weights.shape[1] // len(layers[0].offsets)
    parts = [b"\0B", _transition_model(base_phones), _token("<Nnet3>"), _wiring(layers, inputs).encode()]
    parts += [_token("<NumComponents>"), _int(2 * len(layers))]
    parts += [_component(index, layer, kind) for index, (layer, kind) in enumerate(zip(layers, kinds, strict=True))]
    parts += [
        _token("</Nnet3>"),
        _token("<LeftContext>"),
        _int(0),
        _token("<RightContext>"),
        _int(0),
        _token("<Priors>"),
        _vector(priors),
    ]
    return b"".join(parts)
