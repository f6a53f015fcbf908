"""The faults and the parts of an apology, and why each fault does harm (docs/method.md rule 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from amends.core.wording import later


class Rule(StrEnum):
    """What can be wrong with a line, the first named first where two share words."""

    FIRM = "firm"  # the firm's own phrases
    CONDITIONAL = "conditional"
    THEIR_FEELINGS = "their_feelings"
    APOLOGY_BUT = "apology_but"
    CONTEMPT = "contempt"
    ALWAYS_NEVER = "always_never"
    BLAME_CLIENT = "blame_client"
    DEFENSIVE = "defensive"
    BLAME_THIRD = "blame_third"
    AGENTLESS = "agentless"
    MINIMISE = "minimise"
    CONDESCEND = "condescend"
    OVER_PROMISE = "over_promise"
    FANFARE = "fanfare"
    SOOTHER = "soother"
    DENIAL = "denial"  # limits of the stance, only where one is given
    ADMISSION = "admission"


class Part(StrEnum):
    """The six parts of an apology, the weightiest first (Lewicki, Polin & Lount 2016), and empathy."""

    RESPONSIBILITY = "responsibility"
    REPAIR = "repair"
    REGRET = "regret"
    EXPLANATION = "explanation"
    CHANGE = "change"
    FORGIVENESS = "forgiveness"
    EMPATHY = "empathy"  # asked for only where the failure was one of process (Roschk & Kaiser 2013)


@dataclass(frozen=True, slots=True)
class Fault:
    """One line to look at again: `text[start:end] == quote`; `better` may replace it, empty where it is best left out.

    Round brackets in `better` hold what only the writer knows.
    """

    rule: Rule
    start: int
    end: int
    quote: str
    why: str
    better: str


# By section of the phrase lists, then by rule.
WHY = {
    "conditional": later("The “if” takes the sorry back. They have told you that it happened: say what."),
    "conditional.any": later("“Any … may have” doubts that they had trouble. They did."),
    "their_feelings": later("This apologises for what they feel, not for what you did."),
    "apology_but": later("What follows the “but” is heard as the message, and the sorry as its wrapping."),
    "contempt": later("This is aimed at the reader. It ends the conversation."),
    "always_never": later("“Always” and “never” judge the person. They will think of the one time it was not so."),
    "blame_client": later("This hands them the blame. Even when it is partly true, it ends the conversation."),
    "defensive": later("This defends you before they were heard."),
    "defensive.intent": later("What you meant does not change what happened to them."),
    "defensive.procedure": later("That the rules were followed tells them that it can happen again."),
    "defensive.arguing": later("This argues with their account. Say what you found, and ask for theirs."),
    "blame_third": later("They bought from you. Whom you chose is yours to answer for."),
    "agentless": later("Nobody does anything in this sentence. Say who did."),
    "minimise": later("To them it was not small."),
    "minimise.scale": later("How few others it happened to does not help the one it happened to."),
    "minimise.isolated": later("That it seldom happens does not help the one it happened to."),
    "condescend": later("This talks down. The letter is stronger without it."),
    "over_promise": later("Nobody can guarantee never. Promise what you control."),
    "over_promise.never": later("“Never again” is believed when it says how. Say what changes."),
    "over_promise.promise": later("A promise without a day cannot be kept in time."),
    "fanfare": later("This praises the repair. Let them do that."),
    "soother": later("This is said in every letter of its kind, so it soothes nobody."),
    "firm": later("Your firm asks not to write this."),
    "denial": later("It is on record as true. Never deny it."),
    "admission": later("The facts are not on record yet. Own what it did to them, and promise the facts by a day."),
}
QUESTIONS = {
    Part.RESPONSIBILITY: later("I did not spot where you take responsibility: mark the sentence, or add one."),
    Part.REPAIR: later("I did not spot what you will put right: mark the sentence, or add one."),
    Part.REGRET: later("I did not spot where you say that you are sorry: mark the sentence, or add one."),
    Part.EXPLANATION: later("I did not spot what happened, in a sentence: mark it, or add one."),
    Part.CHANGE: later("I did not spot what will be different so that it cannot happen again: mark it, or add it."),
    Part.FORGIVENESS: later("Do you want to ask whether they can forgive it? It may be left out."),
    Part.EMPATHY: later("I did not spot what it was like for them: mark the sentence, or add one."),
}
# What no wording shows.
BEFORE_SENDING = (
    later("Who does the verb in each sentence?"),
    later("Would they agree with this account?"),
    later("Is any sentence about us rather than them?"),
)


def why(section: str) -> str:
    """Return the reason of a section of the lists, or that of its rule."""
    return WHY.get(section) or WHY[section.partition(".")[0]]
