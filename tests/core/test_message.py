from conversation import at, conversation


def test_a_relationship_is_cut_at_the_day_it_is_looked_at() -> None:
    north = conversation("""
        3 Mar 09:00 client []: Can you send two people?
        3 Mar 10:00 us: Which day?
        4 Mar 09:00 client []: Monday.
    """)
    assert [message.id for message in north.until(at("3 Mar 10:00")).messages] == ["m1", "m2"]
    assert north.until(at("1 Mar 11:00")).messages == ()
    assert north.until(at("9 Mar 11:00")) == north
