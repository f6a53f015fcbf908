"""Addresses of the pages, by noun."""

from __future__ import annotations

from django.urls import URLPattern, path

from amends.web.views import (
    agreed,
    case,
    client,
    consent,
    decide,
    drop,
    fact,
    find,
    fix,
    follow_up,
    health,
    intake,
    learn,
    listing,
    mailbox,
    make_good,
    more,
    notice,
    outbox,
    own_it,
    paper,
    part_well,
    person,
    plan,
    private,
    promise,
    settings,
    sign_in,
    standing,
    team,
    today,
    tone,
    touch,
    understand,
    welcome,
    words,
    you,
)

SIGN_IN = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:token>", sign_in.sign_in_link, name="sign-in-link"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("invitation/<str:token>", sign_in.invitation, name="invitation"),
]

SETTINGS = [
    path("settings", settings.index, name="settings"),
    path("settings/firm", settings.firm, name="settings-firm"),
    path("settings/hours", settings.hours, name="settings-hours"),
    path("settings/holidays", settings.holidays, name="settings-holidays"),
    path("settings/numbers", settings.numbers, name="settings-numbers"),
    path("settings/team", team.team, name="settings-team"),
    path("settings/team/new", team.invite, name="settings-invite"),
    path("settings/team/<int:pk>", team.colleague, name="settings-colleague"),
    path("settings/team/<int:pk>/link", team.link, name="settings-link"),
    path("settings/team/<int:pk>/close", team.close, name="settings-close"),
    path("settings/branches", settings.branches, name="settings-branches"),
    path("settings/data", settings.kept, name="settings-data"),
    path("settings/record", settings.record, name="settings-record"),
    path("settings/drop", drop.drop, name="settings-drop"),
    path("settings/notices", notice.notices, name="settings-notices"),
    path("settings/words", words.words, name="settings-words"),
    path("settings/you", you.you, name="settings-you"),
    path("settings/you/password", you.password, name="settings-password"),
    path("settings/you/sign-ins", you.sign_ins, name="settings-sign-ins"),
]

CLIENTS = [
    path("clients", client.clients, name="clients"),
    path("clients/new", client.client_new, name="client-new"),
    path("clients/not", standing.others, name="clients-not"),
    path("clients/<int:pk>", client.client, name="client"),
    path("clients/<int:pk>/agreed", agreed.agreed, name="client-agreed"),
    path("agreed/<int:pk>", agreed.agreed_edit, name="agreed-edit"),
    path("clients/<int:pk>/facts/new", fact.fact_new, name="fact-new"),
    path("facts/<int:pk>/edit", fact.fact_edit, name="fact-edit"),
    path("facts/<int:pk>/delete", fact.fact_delete, name="fact-delete"),
    path("clients/<int:pk>/part", standing.part, name="client-part"),
    path("clients/<int:pk>/back", standing.back, name="client-back"),
    path("clients/<int:pk>/messages", client.client_messages, name="client-messages"),
    path("clients/<int:pk>/people", client.client_people, name="client-people"),
    path("clients/<int:pk>/people/new", person.person_new, name="person-new"),
    path("clients/<int:pk>/edit", client.client_edit, name="client-edit"),
    path("clients/<int:pk>/delete", client.client_delete, name="client-delete"),
    path("clients/<int:pk>/merge", client.client_merge, name="client-merge"),
    path("clients/<int:pk>/override", health.client_override, name="client-override"),
    path("overrides/<int:pk>/end", health.override_end, name="override-end"),
    path("signals/<int:pk>", health.signal, name="signal"),
    path("signals/<int:pk>/wrong", health.signal_wrong, name="signal-wrong"),
    path("dismissals/<int:pk>/undo", health.dismissal_undo, name="dismissal-undo"),
    path("messages/<int:pk>", client.message, name="message"),
    path("people/<int:pk>", person.person, name="person"),
    path("people/<int:pk>/edit", person.person_edit, name="person-edit"),
    path("people/<int:pk>/export", person.person_export, name="person-export"),
    path("people/<int:pk>/erase", person.person_erase, name="person-erase"),
    path("find", find.find, name="find"),
]

MAIL = [
    path("imports", intake.index, name="imports"),
    path("imports/new", intake.new, name="import-new"),
    path("imports/<int:pk>", intake.one, name="import"),
    path("imports/<int:pk>/progress", intake.progress, name="import-progress"),
    path("imports/<int:pk>/begin", intake.begin, name="import-begin"),
    path("imports/<int:pk>/stop", intake.stop, name="import-stop"),
    path("clients/confirm", intake.confirm, name="clients-confirm"),
]

MAILBOXES = [
    path("settings/mailboxes", mailbox.index, name="settings-mailboxes"),
    path("settings/mailboxes/new", mailbox.new, name="settings-mailbox-new"),
    path("settings/mailboxes/leave", consent.leave, name="settings-mailbox-leave"),
    path("settings/mailboxes/back", consent.back, name="settings-mailbox-back"),
    path("settings/mailboxes/<int:pk>", mailbox.one, name="settings-mailbox"),
    path("settings/mailboxes/<int:pk>/progress", mailbox.progress, name="settings-mailbox-progress"),
    path("settings/mailboxes/<int:pk>/way", mailbox.way, name="settings-mailbox-way"),
    path("settings/private", private.private, name="settings-private"),
]

LISTS = [
    path("lists", listing.index, name="lists"),
    path("lists/new", listing.new, name="list-new"),
    path("lists/<int:pk>", listing.one, name="list"),
    path("lists/<int:pk>/progress", listing.progress, name="list-progress"),
    path("lists/<int:pk>/columns", listing.columns, name="list-columns"),
    path("lists/<int:pk>/change", listing.change, name="list-change"),
    path("lists/<int:pk>/take", listing.take, name="list-take"),
    path("lists/<int:pk>/stop", listing.stop, name="list-stop"),
    path("lists/<int:pk>/undo", listing.undo, name="list-undo"),
    path("lists/<int:pk>/refused", listing.refused, name="list-refused"),
]

WELCOME = [
    path("welcome", welcome.welcome, name="welcome"),
    path("welcome/messages", welcome.your_messages, name="welcome-messages"),
    path("welcome/preview", welcome.preview, name="welcome-preview"),
    path("welcome/clients", welcome.your_clients, name="welcome-clients"),
]

TODAY = [
    path("", today.today, name="today"),
    path("waiting/<int:pk>/cover", today.waiting_cover, name="waiting-cover"),
    path("waiting/<int:pk>/spoken", today.waiting_spoken, name="waiting-spoken"),
    path("calls/new", touch.call_new, name="call-new"),
    path("touches/<int:pk>/edit", touch.touch_edit, name="touch-edit"),
    path("tone", tone.tone, name="tone"),
    path("tone/live", tone.tone_live, name="tone-live"),
    path("more", more.more, name="more"),
    path("keys", more.keys, name="keys"),
]

RECOVERIES = [
    path("upset", case.upset, name="upset"),
    path("recoveries", case.recoveries, name="recoveries"),
    path("recoveries/<int:pk>", case.recovery, name="recovery"),
    path("recoveries/<int:pk>/decide", decide.decide, name="recovery-decide"),
    path("recoveries/<int:pk>/understand", understand.understand, name="recovery-understand"),
    path("recoveries/<int:pk>/own-it", own_it.own_it, name="recovery-own_it"),
    path("recoveries/<int:pk>/plan", plan.plan, name="recovery-plan"),
    path("recoveries/<int:pk>/fix", fix.fix, name="recovery-fix"),
    path("recoveries/<int:pk>/make-good", make_good.make_good, name="recovery-make_good"),
    path("recoveries/<int:pk>/follow-up", follow_up.follow_up, name="recovery-follow_up"),
    path("recoveries/<int:pk>/learn", learn.learn, name="recovery-learn"),
    path("recoveries/<int:pk>/part-well", part_well.part_well, name="recovery-part_well"),
    path("recoveries/<int:pk>/paper/plan", paper.plan, name="paper-plan"),
    path("recoveries/<int:pk>/paper/note", paper.note, name="paper-note"),
    path("recoveries/<int:pk>/paper/call", paper.call, name="paper-call"),
    path("recoveries/<int:pk>/paper/whole", paper.whole, name="paper-whole"),
    path("recoveries/<int:pk>/call", case.call_sheet, name="call-sheet"),
    path("clients/<int:pk>/call", case.client_call, name="client-call"),
    path("followups/<int:pk>/done", case.followup_done, name="followup-done"),
]

PROMISES = [
    path("promises", promise.promises, name="promises"),
    path("promises/new", promise.promise_new, name="promise-new"),
    path("promises/<int:pk>/keep", promise.promise_keep, name="promise-keep"),
    path("promises/<int:pk>/drop", promise.promise_drop, name="promise-drop"),
    path("promises/<int:pk>/broken", promise.promise_broken, name="promise-broken"),
]

OUTBOX = [
    path("outbox", outbox.outbox, name="outbox"),
    path("clients/<int:pk>/write", outbox.letter_new, name="letter-new"),
    path("outbox/<int:pk>", outbox.letter, name="letter"),
    path("outbox/<int:pk>/edit", outbox.letter_edit, name="letter-edit"),
    path("outbox/<int:pk>/send", outbox.letter_send, name="letter-send"),
    path("outbox/<int:pk>/back", outbox.letter_back, name="letter-back"),
    path("outbox/<int:pk>/drop", outbox.letter_drop, name="letter-drop"),
    path("outbox/<int:pk>/again", outbox.letter_again, name="letter-again"),
    path("outbox/<int:pk>/close", outbox.letter_close, name="letter-close"),
    path("settings/mail-out", outbox.settings_mail, name="settings-mail-out"),
]

urlpatterns: list[URLPattern] = [
    *TODAY,
    *RECOVERIES,
    *PROMISES,
    *CLIENTS,
    *MAIL,
    *MAILBOXES,
    *LISTS,
    *OUTBOX,
    *SIGN_IN,
    *SETTINGS,
    *WELCOME,
]
