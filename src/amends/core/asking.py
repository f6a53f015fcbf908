"""Does a message wait for an answer, and in which sentence? "Thanks, perfect" and "FYI" do not.

METHOD.md rule 1: the reply clock runs from the oldest unreplied message of the client, and a closing word starts no
clock. The sentence found is the evidence shown.
"""

from __future__ import annotations

import re

from amends.core.text import sentences

# What is asked stands early; the rest of a long mail is pasted more often than written.
READ_CHARACTERS = 8_000
QUESTION = re.compile(r"[?\uff1f\u061f][\"'\u2019\u201d\u00bb)\]!.]{0,3}$")
# A question that is a courtesy, and an offer that sounds like a request: nobody waits for the answer.
COURTESY = re.compile(
    r"\b(?:hope (?:you|this|all)|how are (?:you|things)|how(?:'|\u2019)?s it going|how was your|are you well"
    r"|wie geht|comment (?:\u00e7a va|allez)|c\u00f3mo est\u00e1|hoe gaat|come (?:stai|va)|tudo bem)",
    re.IGNORECASE,
)
OFFER = re.compile(
    r"\b(?:if (?:you|there)(?:'s| is| are| have| need| require|'d like| would like| want)|any (?:further )?questions"
    r"|hesitate|feel free|happy to help|find (?:attached|enclosed|below)|graag gedaan"
    r"|want(?:ed)? to (?:thank|say|let you know)"
    r"|please (?:see|note|ignore|disregard|accept|be advised))",
    re.IGNORECASE,
)
REQUEST = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|someone|somebody|anyone)|(?:let|tell|give|send|call|ring|show) (?:me|us)\b"
    r"|(?:i|we)(?: still| also| really| urgently)? (?:need|want|require|expect)\b|(?:i|we)(?: would|'d) like"
    r"|waiting (?:for|on|to)|looking for(?:ward to your)?|any (?:update|news|word|progress|idea)|when (?:can|will) "
    r"|chasing|following up|awaiting|please|kindly|asap|as soon as possible|urgent|get back to|reminder"
    r"|still (?:no|not|nobody|nothing|without|haven|hasn|don|wait)"
    r"|(?:nobody|no one|no-one|nothing) (?:came|has|have|is|was|showed|turned|called|here)"
    r"|bitte|k\u00f6nn(?:en|ten) sie|kannst du|k\u00f6nntest du|wir (?:brauchen|ben\u00f6tigen|warten)"
    r"|merci de |pouvez[- ]vous|pourriez[- ]vous|peux-tu|s'il (?:vous|te) pla\u00eet|nous (?:avons besoin|attendons)"
    r"|por favor|puede|podr\u00eda|necesitamos|esperamos su|precisamos|poderia|aguardamos"
    r"|kunt u|kun je|zou u|graag|alstublieft|wachten op"
    r"|per favore|per cortesia|potete|potrebbe|puoi|abbiamo bisogno|attendiamo)",
    re.IGNORECASE,
)


def asking_sentence(text: str) -> str:
    """Return the first sentence that waits for an answer, on one line, or "" when the text asks for nothing.

    `text` is what the writer wrote now, quotes and signature removed. Linear in its length.
    """
    read = text[:READ_CHARACTERS]
    for start, end in sentences(read):
        sentence = " ".join(read[start:end].split())
        is_request = REQUEST.search(sentence) and not OFFER.search(sentence)
        if is_request or (QUESTION.search(sentence) and not COURTESY.search(sentence)):
            return sentence
    return ""
