"""Tunes the published encoder to what people write to us, so that messages which mean the same to us lie together.

To every matrix the product of two thin ones is added, and only these learn: from every label of every example at once, typed
worse now and then. The published numbers stay as they are. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models"
(2021), https://arxiv.org/abs/2106.09685. It is learnt three times, each time from another beginning, and the mean is kept: it
reads better than any of the three, at no cost to who writes. Wortsman et al., "Model soups" (2022),
https://arxiv.org/abs/2203.05482. It takes an hour and a half and is done now and then, not at every training.
"""

import math
import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from rasa.shared.nlu.constants import INTENT

from bot.examples import Example
from bot.pipeline.encoder import Splitter
from bot.pipeline.encoder_graph import HEADS, LEAST, Tuning, every_matrix
from bot.pipeline.labels import DANGER, Label, labels_of
from bot.pipeline.published_encoder import LAYERS, WIDTH, PublishedEncoder
from bot.text import clean

KEYS = (DANGER, INTENT, "person", "age", "audience", "exploitation", "concerns", "indicators", "topic")
COUNTS = {DANGER: 6.0, "person": 2.0, "exploitation": 1.0, "age": 1.0, "audience": 1.0, INTENT: 0.3}  # safety first
COUNTS_ELSE = 0.4
RARE_COUNTS_AT_MOST = 10.0
RANK = 16  # how thin: three tunings take 7 MB
ROUNDS = 2  # through the examples; of more it knows them by heart
AT_ONCE = 64
SORTED_TOGETHER = 40 * AT_ONCE  # texts of like length are read together
PACE = 1e-3
WARMING_UP = 1 / 16  # of all steps
SPREAD = 24.0  # vectors lie close together
FORGOTTEN = 0.1  # of a vector, at each reading, so that no label leans on few of its numbers
BEGINNINGS = (7, 8, 9)
SAYS_EVERY = 50  # steps

_HALF = tf.bfloat16  # numbers of half the length: twice as fast where the processor knows them
_FAR = -1e4  # no token looks behind the end of its text
_Thin = dict[str, tuple[tf.Variable, tf.Variable]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learnt from: texts, the labels, and in a row for each text what it says of each: 1, 0, or -1 for nothing."""

    texts: list[str]
    labels: list[Label]
    said: NDArray[np.float32]


def lesson_of(examples: Sequence[Example]) -> Lesson:
    """Return what the examples teach."""
    told = [{**example.told, INTENT: example.intent} for example in examples]
    labels = list(labels_of(told, KEYS))
    said = np.array([[_as_number(label.of(one)) for label in labels] for one in told], dtype=np.float32)
    return Lesson([clean(example.text) for example in examples], labels, said)


def tune(lesson: Lesson, say: Callable[[str], None], beginnings: Sequence[int] = BEGINNINGS) -> Tuning:
    """Return the mean of what is learnt from a lesson from each of some beginnings; `say` hears how it goes."""
    return mean_of([_learnt(lesson, beginning, say) for beginning in beginnings])


def mean_of(tunings: Sequence[Tuning]) -> Tuning:
    """Return the tuning that changes each matrix by the mean of what several change: their thin matrices side by side."""
    names = tunings[0].keys()
    downs = {name: np.hstack([tuning[name][0] for tuning in tunings]) for name in names}
    ups = {name: np.vstack([tuning[name][1] for tuning in tunings]) / len(tunings) for name in names}
    return {name: (downs[name], ups[name]) for name in names}


def _learnt(lesson: Lesson, beginning: int, say: Callable[[str], None]) -> Tuning:
    tf.keras.utils.set_random_seed(beginning)
    say(f"Learning from beginning {beginning}.")
    learner = _Learner(PublishedEncoder(), lesson)
    lost = []
    for step in range(1, learner.steps + 1):
        lost.append(learner.learn())
        if step % SAYS_EVERY == 0:
            say(f"{step} of {learner.steps} steps: loss {np.mean(lost[-SAYS_EVERY:]):.3f}")
    return {name: (down.numpy(), up.numpy()) for name, (down, up) in learner.thin.items()}


class _Learner:
    """The encoder with a reading of every label at its end."""

    def __init__(self, published: PublishedEncoder, lesson: Lesson) -> None:
        self.steps = max(1, len(lesson.texts) * ROUNDS // AT_ONCE)
        self._encoder = _Encoder(published)
        self.thin = self._encoder.thin
        self._splitter, self._published, self._lesson = Splitter(published), published, lesson
        self._readings = tf.Variable(tf.zeros((WIDTH, len(lesson.labels))))
        self._biases = tf.Variable(tf.fill((len(lesson.labels),), -2.0))  # most labels are rare
        self._counts = tf.constant([COUNTS.get(label.key, COUNTS_ELSE) for label in lesson.labels])
        self._rare = tf.constant(_rareness(lesson.said))
        self._centre = tf.reduce_mean(self._encoder.vectors(*self._batch(_spread_out(len(lesson.texts)))), axis=0)
        self._optimizer = tf.keras.optimizers.AdamW(weight_decay=0.01, global_clipnorm=1.0, jit_compile=False)
        self._step = tf.function(self._stepped, input_signature=_SIGNATURE, autograph=False)
        self._batches = self._endless_batches()

    def learn(self) -> float:
        """Learn from the next texts; return what was lost."""
        rows = next(self._batches)
        embedded, mask = self._batch(rows, worse=True)
        self._optimizer.learning_rate.assign(self._pace())
        return float(self._step(embedded, mask, tf.constant(self._lesson.said[rows])))

    def _pace(self) -> float:
        """Return how fast to learn now: at first ever faster, then ever slower."""
        step = int(self._optimizer.iterations)
        return PACE * min(1, (step + 1) / (self.steps * WARMING_UP)) * (1 + math.cos(math.pi * step / self.steps)) / 2

    def _stepped(self, embedded: tf.Tensor, mask: tf.Tensor, said: tf.Tensor) -> tf.Tensor:
        learnt = [half for halves in self.thin.values() for half in halves] + [self._readings, self._biases]
        with tf.GradientTape() as tape:
            apart = (self._encoder.vectors(embedded, mask) - self._centre) * SPREAD
            scores = tf.nn.dropout(apart, FORGOTTEN) @ self._readings + self._biases
            each = tf.nn.weighted_cross_entropy_with_logits(tf.maximum(said, 0), scores, self._rare)
            lost = tf.reduce_mean(tf.reduce_sum(tf.where(said < 0, 0.0, each) * self._counts, axis=1)) / 10
        self._optimizer.apply_gradients(zip(tape.gradient(lost, learnt), learnt, strict=True))
        return lost

    def _endless_batches(self) -> Iterator[list[int]]:
        """Yield rows, all of them before one comes again, each batch of texts of like length."""
        rows = list(range(len(self._lesson.texts)))
        while True:
            random.shuffle(rows)
            batches = []
            for start in range(0, len(rows), SORTED_TOGETHER):
                some = sorted(rows[start : start + SORTED_TOGETHER], key=lambda row: len(self._lesson.texts[row]))
                batches += [some[first : first + AT_ONCE] for first in range(0, len(some), AT_ONCE)]
            random.shuffle(batches)
            yield from batches

    def _batch(self, rows: Sequence[int], worse: bool = False) -> tuple[tf.Tensor, tf.Tensor]:
        texts = [self._lesson.texts[row] for row in rows]
        tokens = [self._splitter.tokens(typed_worse(text) if worse else text) for text in texts]
        embedded, mask = self._published.side_by_side(tokens)
        return tf.constant(embedded), tf.constant(mask)


class _Encoder:
    """The calculation of `encoder_graph`, as it learns."""

    def __init__(self, published: PublishedEncoder) -> None:
        self._published = published
        matrices = {name: published.matrix(name) for name in every_matrix()}
        self._fixed = {name: tf.constant(matrix, _HALF) for name, matrix in matrices.items()}
        self.thin: _Thin = {name: _thin(*matrix.shape) for name, matrix in matrices.items()}

    def vectors(self, embedded: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """Return a row for each text, of length one."""
        stands = tf.cast(mask, tf.float32)
        far = ((1 - stands) * _FAR)[:, None, None, :]
        state = self._even(embedded, "emb.ln")
        for layer in range(LAYERS):
            state = self._layer(layer, state, far)
        return tf.math.l2_normalize(tf.reduce_sum(state * stands[:, :, None], axis=1), axis=-1)

    def _layer(self, layer: int, state: tf.Tensor, far: tf.Tensor) -> tf.Tensor:
        query, key, value = (_by_head(self._adapted(f"{layer}.{name}", state)) for name in "qkv")
        looks = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / (WIDTH / HEADS) ** 0.5 + far)
        seen = tf.reshape(tf.transpose(looks @ value, (0, 2, 1, 3)), tf.shape(state))
        state = self._even(state + self._adapted(f"{layer}.ao", seen), f"l{layer}.aln")
        inner = tf.nn.gelu(self._adapted(f"{layer}.fi", state))
        return self._even(state + self._adapted(f"{layer}.fo", inner), f"l{layer}.oln")

    def _adapted(self, name: str, state: tf.Tensor) -> tf.Tensor:
        """Return a matrix's product with its input, the thin ones' product added."""
        short = tf.cast(state, _HALF)
        down, up = (tf.cast(half, _HALF) for half in self.thin[name])
        layer, _, matrix = name.partition(".")
        return tf.cast(short @ self._fixed[name] + (short @ down) @ up, tf.float32) + self._published.numbers(
            f"l{layer}.{matrix}.b"
        )

    def _even(self, state: tf.Tensor, name: str) -> tf.Tensor:
        mean, variance = tf.nn.moments(state, -1, keepdims=True)
        scale, offset = self._published.numbers(f"{name}.w"), self._published.numbers(f"{name}.b")
        return tf.nn.batch_normalization(state, mean, variance, offset, scale, LEAST)


_SIGNATURE = (
    tf.TensorSpec((None, None, WIDTH), tf.float32),
    tf.TensorSpec((None, None), tf.int32),
    tf.TensorSpec((None, None), tf.float32),
)


def _by_head(state: tf.Tensor) -> tf.Tensor:
    texts, tokens = tf.shape(state)[0], tf.shape(state)[1]
    return tf.transpose(tf.reshape(state, (texts, tokens, HEADS, WIDTH // HEADS)), (0, 2, 1, 3))


def _thin(rows: int, columns: int) -> tuple[tf.Variable, tf.Variable]:
    """Return two thin matrices whose product adds nothing yet."""
    return tf.Variable(tf.random.normal((rows, RANK), stddev=2 * rows**-0.5)), tf.Variable(tf.zeros((RANK, columns)))


def _as_number(truth: bool | None) -> float:
    return -1.0 if truth is None else float(truth)


def _rareness(said: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much the examples that carry a label count against those that do not."""
    carried, not_carried = (said == 1).sum(axis=0), (said == 0).sum(axis=0)
    return np.asarray(np.clip(np.sqrt(not_carried / np.maximum(carried, 1)), 1, RARE_COUNTS_AT_MOST), dtype=np.float32)


def _spread_out(count: int) -> range:
    """Return rows from every part of the examples: enough to know what all have in common."""
    return range(0, count, max(1, count // 500))


def typed_worse(text: str) -> str:
    """Return a text as it is, or in four of ten cases with a slip, without accents or capitals, or without a word."""
    chance, at = random.random(), random.randrange(len(text) or 1)  # noqa: S311 nothing secret
    words = text.split()
    if chance < 0.06:
        return text[:at] + text[at + 1 :]
    if chance < 0.12:
        return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    if chance < 0.20:
        bare = "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
        return bare if bare.isascii() else text  # in other scripts they are letters
    if chance < 0.27:
        return text.lower()
    if chance < 0.42 and len(words) > 4:
        words.pop(at % len(words))
        return " ".join(words)
    return text
