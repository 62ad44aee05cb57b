"""Builds the decoding graph (HCLG) state by state from lexicon and bigram, and writes it as OpenFst does."""

import math
import struct
from collections.abc import Mapping, Sequence

from tools.tiny_model.acoustic_file import phone_ids
from tools.tiny_model.bigram import END, START, Bigram
from tools.tiny_model.lexicon import Lexicon

BEGIN, INSIDE, LAST, SINGLE = range(4)
PAUSE_CHANCE = 0.3
EPSILON = 0
SILENCE_PHONE = 1
MAGIC, VERSION, EXPANDED_MUTABLE = 2125659606, 2, 3


def cost(chance: float) -> float:
    return -math.log(chance)


class Graph:
    """Arcs (input, output, cost, next) by state; a self-loop comes after the forward arc, as vosk's aligner assumes."""

    def __init__(self) -> None:
        self.arcs: list[list[tuple[int, int, float, int]]] = []
        self.finals: dict[int, float] = {}

    def state(self) -> int:
        self.arcs.append([])
        return len(self.arcs) - 1

    def join(self, source: int, target: int, price: float) -> None:
        self.arcs[source].append((EPSILON, EPSILON, price, target))

    def phone(self, source: int, phone: int, label: int, price: float) -> int:
        """Hears one phone: its forward transition into a new state that loops on itself."""
        target = self.state()
        self.arcs[source].append((2 * phone, label, price, target))
        self.arcs[target].append((2 * phone - 1, EPSILON, 0.0, target))
        return target

    def pause(self, source: int, target: int) -> None:
        """An optional silence on the way."""
        self.join(source, target, cost(1 - PAUSE_CHANCE))
        self.join(self.phone(source, SILENCE_PHONE, EPSILON, cost(PAUSE_CHANCE)), target, 0.0)

    def binary(self) -> bytes:
        kinds = b"".join(struct.pack("<i", len(name)) + name for name in (b"vector", b"standard"))
        counts = struct.pack("<qqq", 0, len(self.arcs), sum(map(len, self.arcs)))
        head = struct.pack("<i", MAGIC) + kinds + struct.pack("<iiQ", VERSION, 0, EXPANDED_MUTABLE) + counts
        return head + b"".join(map(self._state_bytes, range(len(self.arcs))))

    def _state_bytes(self, state: int) -> bytes:
        arcs = b"".join(struct.pack("<iifi", *arc) for arc in self.arcs[state])
        return struct.pack("<fq", self.finals.get(state, math.inf), len(self.arcs[state])) + arcs


def positioned(phones: Sequence[str], numbers: Mapping[str, int]) -> list[int]:
    """The phone ids of a word, each by its position: begin, inside, end, or alone."""
    ids = [phone_ids(numbers[phone]) for phone in phones]
    if len(ids) == 1:
        return [ids[0][SINGLE] if len(ids[0]) > 1 else ids[0][0]]
    return [ids[0][BEGIN], *(inner[INSIDE] for inner in ids[1:-1]), ids[-1][LAST]]


def build(lexicon: Lexicon, bigram: Bigram, words: Sequence[str]) -> Graph:
    """One entry and one history state per word, joined by bigram arcs or by way of one fall-back state."""
    graph, numbers = Graph(), {phone: index for index, phone in enumerate(lexicon.phones)}
    start = graph.state()
    history = {word: graph.state() for word in [START, *words]}
    entry = {word: graph.state() for word in words}
    anything = graph.state()
    graph.pause(start, history[START])
    for label, word in enumerate(words, 1):
        _say(graph, lexicon, numbers, word, label, entry[word], history[word])
        graph.join(anything, entry[word], cost(bigram.single[word]))
    graph.finals[anything] = cost(bigram.single[END])
    for before, state in history.items():
        for word, chance in bigram.pairs[before].items():
            if word == END:
                graph.finals[state] = cost(chance)
            else:
                graph.join(state, entry[word], cost(chance))
        graph.join(state, anything, cost(bigram.fall_back[before]))
    return graph


def _say(
    graph: Graph, lexicon: Lexicon, numbers: Mapping[str, int], word: str, label: int, entry: int, history: int
) -> None:
    """All pronunciations of a word; its label is on the first phone, or partial results lose their word times."""
    spoken = graph.state()
    variants = lexicon.pronunciations[word]
    best = max(share for _, share in variants)
    for phones, share in variants:
        first, *others = positioned(phones, numbers)
        state = graph.phone(entry, first, label, cost(share / best))
        for phone in others:
            state = graph.phone(state, phone, EPSILON, 0.0)
        graph.join(state, spoken, 0.0)
    graph.pause(spoken, history)
