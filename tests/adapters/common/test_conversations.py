"""How many conversations are remembered, and which of them is dead."""

from __future__ import annotations

from adapters.common.conversations import Conversations


class CountedConversations(Conversations[str]):
    """Opens one for everybody, and counts how often."""

    opened = 0

    async def open_conversation(self, user: str) -> str:
        self.opened += 1
        return f"with {user}"


async def test_the_ones_used_longest_ago_are_forgotten() -> None:
    conversations = CountedConversations(max_conversations=2)
    for user in ("ada", "lee", "sam", "ada"):
        assert await conversations.get_or_open(user) == f"with {user}"
    assert conversations.opened == 4
    assert conversations.is_known("sam")
    assert not conversations.is_known("lee")


async def test_one_that_is_gone_is_not_taken_from_a_book_again() -> None:
    conversations = CountedConversations()
    conversations.restore("ada", "old")
    assert conversations.is_restored("ada")
    assert conversations.mark_gone("ada")
    conversations.restore("ada", "old")
    assert not conversations.is_known("ada")
    conversations.restore("ada", "new")
    assert conversations.find_known("ada") == "new"
