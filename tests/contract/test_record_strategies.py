"""The strategies make every kind of record there is, so that a property of all of them means something."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import Phase, find, settings

from bot.domain.model import Club, Entry
from tests.contract.record_strategies import club_records, entry_records

PATIENT = settings(max_examples=5_000, deadline=None, database=None, phases=[Phase.generate])


@pytest.mark.parametrize("kind", get_args(get_args(Entry)[0]))
def test_the_generated_books_have_every_kind_of_entry(kind):
    find(entry_records, lambda entry: isinstance(entry, kind), settings=PATIENT)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of what was found, which nobody reads
@pytest.mark.parametrize("name", [field.name for field in fields(Club) if field.default == ()])
def test_the_generated_clubs_have_something_of_everything(name):
    find(club_records, lambda club: len(getattr(club, name)) > 0, settings=PATIENT)
