"""The sentence that introduces a quote: made by a program, or by a person."""

import pytest

from amends.core.attribution import Attribution, attribution

ADDRESS = "<nora@alderquay.example>"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["On Tue, 3 Mar 2026 at 09:40, Nora Quay wrote:"], Attribution(0, certain=True)),
        (["On Tue, 3 Mar 2026 at 09:40 AM you wrote:"], Attribution(0, certain=False)),
        (["On Tuesday your colleague wrote:"], Attribution(0, certain=False)),
        (["On Tuesday at 10:15 your colleague wrote:"], Attribution(0, certain=False)),
        (["On 12 March 2026 you wrote:"], Attribution(0, certain=False)),
        (["On 3 March we noted at 09:40:"], Attribution(0, certain=False)),
        ([f"3.3.2026, 9:40, Nora {ADDRESS}:"], Attribution(0, certain=True)),
        ([f"Am 3.3. um 9:40 schrieb Nora {ADDRESS}:"], Attribution(0, certain=True)),
        (["Am 3.3. um 9:40 schrieb ich das:"], Attribution(0, certain=False)),
        ([f"Nora Quay {ADDRESS} wrote:"], Attribution(0, certain=True)),
        (["Quoting nora@alderquay.example:"], Attribution(0, certain=False)),
        (["Nora wrote:"], Attribution(0, certain=False)),
        (["On the site 4:"], None),
        (["We need:"], None),
        ([f"On {'x' * 300} wrote:"], None),
        (["On Tue, 3 Mar", "x" * 301, "Nora wrote:"], Attribution(2, certain=False)),
        (["On Tuesday we waited.", "Nora wrote:"], Attribution(1, certain=False)),
        (["On 3 March at 9:40 a.m.", "Nora wrote:"], Attribution(0, certain=True)),
        (["> On 3 March", f"Nora {ADDRESS}", "wrote:"], Attribution(2, certain=False)),
        (["3 Mar 2026,", f"Nora {ADDRESS}", "wrote:"], Attribution(0, certain=True)),
    ],
)
def test_a_programs_sentence_is_believed_and_a_persons_needs_marks_below(
    lines: list[str], expected: Attribution | None
) -> None:
    assert attribution(lines, len(lines) - 1) == expected
