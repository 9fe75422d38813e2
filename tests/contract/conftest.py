"""One contract, every store: a `StoreOpener` opens one, and opens it again as a restart would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.ports import Store
from storage.memory import MemoryStore
from storage.open import open_store


@dataclass
class StoreOpener:
    url: str
    memory: MemoryStore = field(default_factory=MemoryStore)

    def open(self) -> Store:
        if self.url == "memory:":
            self.memory.open()
            return self.memory
        return open_store(self.url)

    async def reopened(self, store: Store) -> Store:
        await store.close()
        return self.open()


@pytest.fixture(params=["memory", "tiny"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> StoreOpener:
    return StoreOpener("memory:" if request.param == "memory" else f"tinydb:{tmp_path / 'data'}")


@pytest.fixture
async def store(shop: StoreOpener) -> AsyncIterator[Store]:
    opened = shop.open()
    yield opened
    await opened.close()
