from datetime import timedelta

import pytest

from amends.core.backtest import Backtest, Snapshot, backtest, snapshots_of
from amends.core.health import State, chance_of
from amends.core.message import Relationship
from conversation import OFFICE, at, conversation, every

LINE = "client #{n} []: Two people as usual."
YES = "2 Jan 10:00 us #1: They will be there."
GOODBYE = "client #bye [exit words]: We are giving notice."
UNTIL = at("31 Dec 23:00")
QUARTER = timedelta(days=91)


def client(name: str, *texts: str) -> Relationship:
    return conversation(*texts, YES, client=name)


def loyal(name: str = "loyal.example") -> Relationship:
    return client(name, every(3, 120, "2 Jan 09:00", LINE))


def lost(name: str = "lost.example") -> Relationship:
    """They write every three days, give notice on May 30, and are never heard of again."""
    return client(name, every(3, 50, "2 Jan 09:00", LINE), f"30 May 09:00 {GOODBYE}")


def seen(relationship: Relationship, until: str = "31 Dec 23:00") -> list[Snapshot]:
    return list(snapshots_of(relationship, at(until), hours=OFFICE, base_rate=0.092, horizon=QUARTER))


def judged(*relationships: Relationship) -> Backtest:
    result = backtest(relationships, UNTIL)
    assert result is not None
    return result


def test_a_client_is_looked_at_each_month_until_the_last_quarter() -> None:
    assert [f"{snapshot.at:%d %b %H:%M}" for snapshot in seen(loyal())] == [
        "01 Mar 00:00",
        "01 Apr 00:00",
        "01 May 00:00",
        "01 Jun 00:00",
        "01 Jul 00:00",
        "01 Aug 00:00",
        "01 Sep 00:00",
        "01 Oct 00:00",
    ]


def test_who_sends_nothing_for_the_quarter_after_the_snapshot_is_lost() -> None:
    assert [(f"{snapshot.at:%b}", snapshot.is_lost, snapshot.points) for snapshot in seen(lost())] == [
        ("Mar", False, 0),
        ("Apr", False, 0),
        ("May", False, 0),
        ("Jun", True, 20),
        ("Jul", True, 42),
        ("Aug", True, 42),
    ]


def test_a_snapshot_sees_only_what_had_been_written() -> None:
    assert seen(lost())[2] == Snapshot(
        client="lost.example",
        at=at("1 May 00:00"),
        points=0,
        chance=chance_of(0),
        silent_days=(at("1 May 00:00") - at("29 Apr 09:00")) / timedelta(days=1),
        last_at=at("29 Apr 09:00"),
        is_lost=False,
    )


def test_a_quarter_must_have_passed_to_know_what_followed() -> None:
    assert [f"{snapshot.at:%b}" for snapshot in seen(loyal(), until="30 Jul 23:00")] == ["Mar", "Apr"]


def test_without_a_month_to_look_back_on_there_is_nothing_to_say() -> None:
    young = client("young.example", every(1, 10, "1 Dec 09:00", LINE))
    machines = client("shop.example", every(3, 100, "2 Jan 09:00", "client [newsletter]: Our prices."))
    ours = conversation(every(3, 100, "2 Jan 09:00", "us: Our candidates."), client="mute.example")
    assert backtest([young, machines, ours], UNTIL) is None


def test_one_loss_among_two_clients_is_accounted_for() -> None:
    result = judged(loyal(), lost())
    assert (result.months, result.clients, result.snapshots, result.losses, result.enough) == (8, 2, 14, 1, False)
    assert [(band.state, band.snapshots, band.lost) for band in result.bands] == [
        (State.AT_RISK, 2, 2),
        (State.STRAINED, 1, 1),
        (State.STEADY, 11, 0),
    ]
    assert [band.chance for band in result.bands] == pytest.approx([chance_of(42), chance_of(20), chance_of(0)])


def test_an_alarm_that_comes_in_time_is_caught_and_its_lead_counted() -> None:
    ours = judged(loyal(), lost()).ours
    assert (ours.threshold, ours.caught, ours.false_alarms) == (10, 1, 0)
    assert ours.lead_days == (at("30 May 09:00") + QUARTER - at("1 Jun 00:00")) / timedelta(days=1)
    assert ours.brier == pytest.approx(
        (2 * (1 - chance_of(42)) ** 2 + (1 - chance_of(20)) ** 2 + 11 * chance_of(0) ** 2) / 14
    )


def test_the_baseline_raises_as_many_alarms_at_the_silence_that_gives_them() -> None:
    baseline = judged(loyal(), lost()).baseline
    silences = sorted((snapshot.silent_days for one in (loyal(), lost()) for snapshot in seen(one)), reverse=True)
    assert baseline.threshold == silences[2]
    assert baseline.caught == 1


def test_the_first_of_each_month_are_the_worst_by_points_or_by_silence() -> None:
    result = judged(*(loyal(f"loyal{number}.example") for number in range(5)), lost("zoe.example"))
    assert result.ours.precision == ((5, 3 / (8 * 5)), (10, 3 / (6 * 6 + 2 * 5)))
    assert result.baseline.precision == ((5, 2 / (8 * 5)), (10, 3 / (6 * 6 + 2 * 5)))


def test_a_false_alarm_is_counted_for_ten_clients_a_month() -> None:
    grumbler = client(
        "grumbler.example",
        every(3, 120, "2 Jan 09:00", LINE),
        f"30 May 09:00 {GOODBYE}",
        "30 May 10:00 us #bye: I call you.",
    )
    result = judged(loyal(), grumbler)
    assert result.ours.false_alarms == pytest.approx(10 * 3 / 16)
    assert (result.losses, result.ours.caught, result.ours.lead_days) == (0, 0, None)


def test_without_an_alarm_the_baseline_raises_none_either() -> None:
    result = judged(loyal())
    assert (result.ours.false_alarms, result.baseline.false_alarms) == (0, 0)
    assert result.baseline.threshold == max(snapshot.silent_days for snapshot in seen(loyal())) + 1
    assert result.baseline.brier == 0


def test_a_client_who_comes_back_can_be_lost_twice() -> None:
    again = client(
        "again.example",
        every(3, 25, "2 Jan 09:00", LINE),
        every(3, 10, "1 Jul 09:00", "client #b{n} []: Two people, we are back."),
    )
    result = backtest([again], at("31 Dec 2026 23:00"), horizon_days=91)
    assert result is not None
    assert (result.losses, result.clients) == (2, 1)


def test_ten_losses_are_enough_to_judge_by() -> None:
    assert judged(*(lost(f"lost{number}.example") for number in range(10))).enough
    assert not judged(*(lost(f"lost{number}.example") for number in range(9))).enough


def test_the_firms_own_rate_and_a_shorter_horizon_can_be_given() -> None:
    result = backtest([loyal()], UNTIL, base_rate=0.02, horizon_days=30)
    assert result is not None
    assert result.months == 10
    assert [band.chance for band in result.bands] == pytest.approx([0.02])
