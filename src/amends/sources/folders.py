"""What the names of mailbox folders tell: which hold our own mail, and which hold none worth reading."""

from __future__ import annotations

import re

SENT = frozenset(
    """sent|sent mail|sent items|sent messages|sent-mail|outbox-sent|gesendet|gesendete elemente|gesendete objekte
    |gesendete nachrichten|postausgang gesendet|messages envoyés|éléments envoyés|envoyés|courrier envoyé|objets envoyés
    |enviados|elementos enviados|mensajes enviados|correo enviado|correos enviados|verzonden|verzonden items
    |verzonden berichten|verstuurd|inviati|posta inviata|posta inviati|elementi inviati|messaggi inviati
    |itens enviados|mensagens enviadas|e-mails enviados|sentmail|sent objects
    |skickat|skickade objekt|sendt|sendt post|sendte elementer|lähetetyt|lähetetyt viestit|wysłane|elementy wysłane
    |odeslané|odeslaná pošta|отправленные|gönderilmiş öğeler""".replace("\n    ", "").split("|")
)
"""Folders of sent mail as mail programs name them in English, German, French, Spanish, Dutch, Italian, Portuguese,
and the commonest of Swedish, Danish, Norwegian, Finnish, Polish, Czech, Russian and Turkish."""

LEFT_OUT = frozenset(
    """trash|deleted|deleted items|deleted messages|bin|wastebasket|junk|junk mail|junk e-mail|junk email|spam|bulk mail
    |drafts|draft|templates|outbox|unsent messages|unwanted|chats|chat|recoverable items|sync issues|papierkorb
    |gelöschte elemente|gelöschte objekte|gelöscht|entwürfe|entwurf|vorlagen|postausgang|unerwünscht|junk-e-mail
    |corbeille|éléments supprimés|messages supprimés|brouillons|indésirables|courrier indésirable|pourriel|boîte d'envoi
    |papelera|papelera de reciclaje|elementos eliminados|borradores|correo no deseado|correo basura|bandeja de salida
    |prullenbak|prullenmand|verwijderde items|concepten|ongewenste e-mail|ongewenst|postvak uit
    |cestino|posta eliminata|elementi eliminati|bozze|posta indesiderata|indesiderata|posta in uscita
    |lixo|lixeira|itens excluídos|itens eliminados|rascunhos|lixo eletrônico|lixo eletrónico|caixa de saída
    |borttaget|skräppost|utkast|papirkurv|slettede elementer|slettet post|uønsket e-mail|uønsket e-post|kladder
    |roskakori|roskaposti|luonnokset|kosz|elementy usunięte|wersje robocze|koš|koncepty|корзина|удаленные|спам
    |черновики|silinmiş öğeler|taslaklar""".replace("\n    ", "").split("|")
)
"""Folders of deleted, unwanted and unsent mail: none of it reached anybody, or it says nothing about a client."""

LEFT_OUT_REASON = "deleted, unwanted or unsent mail is left out; name this folder itself to read it"
COPY_NUMBER = re.compile(r"(?:[-_ ]?\d{1,4}|\(\d{1,4}\))$")


def _plain(name: str) -> str:
    """Reduce a folder's name or path to its own last name, lower case, without endings such as `.mbox` or `-1`."""
    last = re.split(r"[/\\]", name.strip(" ./\\"))[-1]
    last = last.rpartition(".")[2] if last.lower().startswith("inbox.") else last
    last = last.lower().removesuffix(".gz").removesuffix(".mbox").removesuffix(".mbx").removesuffix(".sbd")
    return COPY_NUMBER.sub("", last.strip(" ."))


def is_sent_folder(name: str) -> bool:
    """Tell whether a folder of this name holds what we sent."""
    return _plain(name) in SENT


def is_left_out(name: str) -> bool:
    """Tell whether a folder of this name holds deleted, unwanted or unsent mail."""
    return _plain(name) in LEFT_OUT


def labels_of(value: str) -> tuple[bool, str]:
    """Read Gmail's labels: whether we sent the message, and the label for which it is left out, or empty."""
    labels = [label.strip(' "') for label in value.split(",")]
    left_out = next((label for label in labels if is_left_out(label)), "")
    return any(is_sent_folder(label) for label in labels), left_out
