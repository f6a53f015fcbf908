"""How well and how fast the unhappy are heard, beside VADER and a TF-IDF classifier trained on the same texts.

    AMENDS_DATA=… python bench/mood.py > docs/benchmarks-hearing.md

Prints Markdown. Every figure of Amends comes from `amends.core.language.hear`, with the shipped model and its one way
of pooling sentences. The corpora marked "measure only" are read here and nowhere else.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
import tarfile
import time
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from amends.core import mood
from amends.core.language import hear
from amends.core.text import sentences, written_now
from amends.sources.headers import split_header
from amends.sources.mime import body_of
from mood_texts import CORPORA, HERE, LEARNED_FROM, is_held_out, rows, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Judge = Callable[[str], float]

SEED = 7
SAMPLED = 1000  # mails
LONG = 900  # characters of a long mail, and of the mail whose speed is measured
FOUND = (0.8, 0.5)  # shares of the airline complaints that the thresholds find
ALLOWED = 50  # false alarms per 1,000 mails where buried complaints are counted
ANGRY = {"annoyance", "disappointment", "anger", "disapproval", "disgust"}
LABELLED = HERE.parent / "tests" / "labelled"
ORDINARY = f"""\
SpamAssassin: {{ham:,}} mails drawn with seed {SEED}. Apache: {{lists:,}} mails of lists not learned from.
Buried: an airline complaint in the middle of {{long:,}} SpamAssassin mails over {LONG} characters, heard where
{ALLOWED} of 1,000 of these mails alone raise an alarm; in brackets, where {ALLOWED} of those of all lengths do.
Short: airline complaints heard at that second threshold.
"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A corpus with yes-or-no labels, and what yes means."""

    name: str
    yes: str
    rows: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Mails:
    """Ordinary mail in the writers' own words, and the same long mails with a complaint put into the middle."""

    ham: tuple[str, ...]
    lists: tuple[str, ...]
    long: tuple[str, ...]
    buried: tuple[str, ...]


def main() -> None:
    """Measure everything and print it as Markdown."""
    corpora = list(labelled_corpora())
    mails = ordinary_mails([text for text, unhappy in corpora[0].rows if unhappy])
    vader = SentimentIntensityAnalyzer()
    judges: dict[str, Judge] = {
        "Amends": lambda text: hear(text).unhappy,
        "VADER": lambda text: -float(vader.polarity_scores(text)["compound"]),
        "VADER, worst sentence": partial(worst_of, vader),
        "TF-IDF": tf_idf(),
    }
    print("# Hearing who is unhappy\n")
    print(
        "Made by `AMENDS_DATA=… python bench/mood.py`; all columns in one run, with one model and one pooling each.\n"
    )
    corpus_table(corpora, judges)
    alarm_table(corpora[0], mails, judges)
    reliability_table()
    speed_table(mails, vader)


def labelled_corpora() -> Iterator[Labelled]:
    """Yield the corpora, the airline tweets first; what was learned from shows its held-out part only."""
    yield _corpus("airline_tweets", "negative", lambda row: row["sentiment"] == "negative")
    yield _client_sentences("client_sentences_test.jsonl")
    yield _client_sentences("client_sentences_dev.jsonl")
    spoken = [row for row in rows("uss") if row["scores"] and not row["overall"]]
    yield _made("uss", "mean satisfaction ≤ 2", spoken, lambda row: statistics.mean(row["scores"]) <= 2)
    yield _corpus(
        "stackoverflow_emotions", "anger or sadness", lambda row: bool({"anger", "sadness"} & {*row["labels"]})
    )
    yield _corpus("toxicr_code_review", "toxic", lambda row: bool(row["toxic"]))
    yield _corpus("twcs_misunderstanding", "misunderstanding", lambda row: bool(row["misunderstanding"]))
    ranked = sorted(rows("stanford_politeness_se"), key=lambda row: float(row["score"]))
    outer = ranked[: len(ranked) // 4] + ranked[-len(ranked) // 4 :]
    middle = float(ranked[len(ranked) // 2]["score"])
    yield _made("stanford_politeness_se", "rudest against politest quarter", outer, lambda row: row["score"] < middle)
    tested = [row for row in rows("goemotions") if row["split"] == "test"]
    yield _made(
        "goemotions, test part", "annoyed, angry or let down", tested, lambda row: bool(ANGRY & {*row["labels"]})
    )
    yield _kept("strudel_issue_toxicity", "toxic", lambda row: row["toxic"] == "y")
    yield _kept("receptiveness", "less receptive half", lambda row: row["receptive"] < 0)
    yield _kept("email_intent", "asks for action (chance is right)", lambda row: row["intent"] == "Yes")


def _corpus(name: str, yes: str, is_yes: Callable[[dict[str, Any]], bool]) -> Labelled:
    return _made(name, yes, rows(name), is_yes)


def _kept(name: str, yes: str, is_yes: Callable[[dict[str, Any]], bool]) -> Labelled:
    kept = (row for number, row in enumerate(rows(name)) if is_held_out(number))
    return _made(f"{name}, held out", yes, kept, is_yes)


def _made(name: str, yes: str, found: Iterable[dict[str, Any]], is_yes: Callable[[dict[str, Any]], bool]) -> Labelled:
    return Labelled(name, yes, tuple((row["text"], is_yes(row)) for row in found))


def _client_sentences(name: str) -> Labelled:
    """Read the hand-labelled client mails in English, the only language that was learned."""
    told = map(json.loads, (LABELLED / name).read_text(encoding="utf-8").splitlines())
    part = name.removeprefix("client_sentences_").removesuffix(".jsonl")
    return _made(f"client sentences, {part} half", "unhappy", (r for r in told if r["language"] == "en"), _is_unhappy)


def _is_unhappy(row: dict[str, Any]) -> bool:
    return bool(row["unhappy"])


def ordinary_mails(complaints: Sequence[str]) -> Mails:
    """Read the ordinary mail, and bury a complaint in the middle of every long one."""
    chance = random.Random(SEED)
    ham = own_words("mail_spamassassin_ham/ML_for_Hackers.tar.gz", lambda _: True)
    lists = own_words("mail_apache_lists/incubator-ponymail-unit-tests.tar.gz", is_for_measuring)
    longer = [text for text in ham if len(text) > LONG]
    long = chance.sample(longer, min(SAMPLED, len(longer)))
    buried = [buried_in(text, chance.choice(complaints)) for text in long]
    return Mails(tuple(chance.sample(ham, SAMPLED)), tuple(lists), tuple(long), tuple(buried))


def is_for_measuring(name: str) -> bool:
    """Tell whether an archive of the Apache lists was not learned from."""
    return not any(part in name for part in LEARNED_FROM)


def own_words(archive: str, is_wanted: Callable[[str], bool]) -> list[str]:
    """Read the mails of an archive as a scan reads them; what their writers wrote, each text once.

    A scan reads no mood in list mail; here its bodies are read all the same, because they are ordinary mail.
    """
    found: dict[str, None] = {}
    with tarfile.open(CORPORA / archive) as packed:
        for member in sorted(packed.getmembers(), key=lambda one: one.name):
            content = packed.extractfile(member) if is_wanted(member.name) else None
            if content:
                found.update(dict.fromkeys(map(_own_words_of, _messages(member.name, content.read()))))
    return [text for text in found if text]


def _messages(name: str, raw: bytes) -> list[bytes]:
    """Cut a mailbox into messages; the line before a message is no part of it."""
    return re.split(rb"^From [^\n]*\n", raw, flags=re.MULTILINE) if name.endswith(".mbox") else [raw]


def _own_words_of(raw: bytes) -> str:
    fields, start = split_header(raw)
    return written_now(body_of(fields, raw, start)[0]).text


def buried_in(text: str, complaint: str) -> str:
    """Put a complaint between the two middle sentences, as lines of its own."""
    spans = sentences(text)
    middle = spans[len(spans) // 2][0]
    return f"{text[:middle]}\n\n{complaint}\n\n{text[middle:]}"


def worst_of(vader: Any, text: str) -> float:
    """Judge by VADER's worst sentence."""
    return max((-float(vader.polarity_scores(text[a:b])["compound"]) for a, b in sentences(text)), default=-1.0)


def tf_idf() -> Judge:
    """Train words and pairs with logistic regression on the texts and targets that the judgement learned from."""
    learned = texts()
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    found = words.fit_transform([text.text for text in learned])
    sides = [1] * len(learned) + [0] * len(learned)
    weights = [text.weight * text.target for text in learned] + [text.weight * (1 - text.target) for text in learned]
    twice = found[[*range(len(learned))] * 2]
    fitted = LogisticRegression(C=4.0, max_iter=300).fit(twice, sides, weights)
    return lambda text: float(fitted.decision_function(words.transform([text]))[0])


def corpus_table(corpora: Sequence[Labelled], judges: dict[str, Judge]) -> None:
    """Print average precision and the area under the ROC curve for every corpus and judge."""
    print("## Per corpus: average precision (area under the ROC curve)\n")
    print(
        "| Corpus | Yes means | Texts | Share | " + " | ".join(judges) + " |\n|---|---|---|---|" + "---|" * len(judges)
    )
    for corpus in corpora:
        truth = [unhappy for _, unhappy in corpus.rows]
        cells = [f"{corpus.name}", corpus.yes, f"{len(truth):,}", f"{statistics.mean(truth):.2f}"]
        for judge in judges.values():
            told = [judge(text) for text, _ in corpus.rows]
            cells.append(f"{average_precision_score(truth, told):.3f} ({roc_auc_score(truth, told):.2f})")
        print(f"| {' | '.join(cells)} |", flush=True)


def alarm_table(airline: Labelled, mails: Mails, judges: dict[str, Judge]) -> None:
    """Print false alarms on ordinary mail, and how many buried complaints are still heard."""
    print("\n## Ordinary mail\n")
    print(ORDINARY.format(ham=len(mails.ham), lists=len(mails.lists), long=len(mails.long)))
    print("| | flagged of 1,000 SpamAssassin at 80 / 50 % found | of 1,000 Apache | buried heard | short heard |")
    print("|---|---|---|---|---|")
    for name, judge in judges.items():
        print(f"| {name} | {alarm_cells(airline, mails, judge)} |", flush=True)


def alarm_cells(airline: Labelled, mails: Mails, judge: Judge) -> str:
    """Count for one judge."""
    complaints = sorted((judge(text) for text, unhappy in airline.rows if unhappy), reverse=True)
    limits = [complaints[int(share * len(complaints)) - 1] for share in FOUND]
    ham, lists, long, buried = (list(map(judge, kind)) for kind in (mails.ham, mails.lists, mails.long, mails.buried))
    flagged = [" / ".join(f"{1000 * at_least(limit, kind):.0f}" for limit in limits) for kind in (ham, lists)]
    strict, general = above(long), above(ham)
    heard = f"{beyond(strict, buried):.2f} ({beyond(general, buried):.2f})"
    return " | ".join([*flagged, heard, f"{beyond(general, complaints):.2f}"])


def above(scores: Sequence[float]) -> float:
    """Return the threshold that `ALLOWED` of 1,000 of the scores exceed."""
    return sorted(scores, reverse=True)[len(scores) * ALLOWED // 1000]


def at_least(limit: float, scores: Sequence[float]) -> float:
    """Return the share of scores that reach the limit."""
    return statistics.mean(score >= limit for score in scores)


def beyond(limit: float, scores: Sequence[float]) -> float:
    """Return the share of scores that exceed the limit."""
    return statistics.mean(score > limit for score in scores)


def reliability_table() -> None:
    """Print how often those judged likely to be unhappy are, weighed to the share that the probability assumes."""
    told = sorted(
        (hear(text).unhappy, unhappy) for text, unhappy in _client_sentences("client_sentences_dev.jsonl").rows
    )
    share = statistics.mean(unhappy for _, unhappy in told)
    weight = {True: mood.PRIOR / share, False: (1 - mood.PRIOR) / (1 - share)}
    print(f"\n## Is a probability one?\n\nClient sentences, dev half, weighed so that {mood.PRIOR:.0%} are unhappy.\n")
    print("| judged | texts | mean judgement | unhappy |\n|---|---|---|---|")
    for low, high in ((0.0, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.7), (0.7, 1.01)):
        inside = [(chance, unhappy) for chance, unhappy in told if low <= chance < high]
        if inside:
            weights = [weight[unhappy] for _, unhappy in inside]
            expected = statistics.fmean([chance for chance, _ in inside], weights)
            happened = statistics.fmean([unhappy for _, unhappy in inside], weights)
            print(f"| {low:.2f} to {min(high, 1):.2f} | {len(inside)} | {expected:.2f} | {happened:.2f} |")


def speed_table(mails: Mails, vader: Any) -> None:
    """Print full mails a second on one core, the size of the model and how long it takes to load."""
    whole = [text[:LONG] for text in mails.long]
    print(
        f"\n## Speed and size\n\nMails of {LONG} characters, one core, best of five.\n\n| | mails a second |\n|---|---|"
    )
    everything = per_second(lambda text: hear(written_now(text).text), whole)
    print(f"| Amends, own words, sentences, phrases and judgement | {everything:,.0f} |")
    print(f"| Amends, `hear` alone | {per_second(hear, whole):,.0f} |")
    split = [[text[start:end] for start, end in sentences(text)] for text in whole]
    print(f"| Amends, the judgement alone | {per_second(mood.judge, split):,.0f} |")
    print(f"| VADER | {per_second(vader.polarity_scores, whole[:200]):,.0f} |")
    content = files("amends.core").joinpath("mood.bin").read_bytes()
    loading = min(timed(partial(mood.read_model, content)) for _ in range(5))
    packed = len(gzip.compress(content))
    print(
        f"\nModel: {len(content) / 1000:,.0f} kB ({packed / 1000:,.0f} kB packed), loaded in {1000 * loading:.0f} ms."
    )


def per_second(heard: Callable[[Any], object], given: Sequence[Any]) -> float:
    """Return how many a second in the best of five rounds, by processor time."""
    return len(given) / min(timed(lambda: [heard(one) for one in given]) for _ in range(5))


def timed(run: Callable[[], object]) -> float:
    """Return the processor seconds of one run."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
