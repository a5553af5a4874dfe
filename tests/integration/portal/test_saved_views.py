"""Saved views on a real MongoDB: whose they are, who sees them, and their limits."""

from dataclasses import replace

import pytest

from services.portal import saved_views
from services.portal.saved_views import SavedViews
from shared.contracts import Malformed
from tests.integration.portal.models import Models

pytestmark = pytest.mark.engines


async def views_of(models: Models) -> SavedViews:
    made = SavedViews(models.database)
    await made.prepare()
    return made


async def test_a_view_is_ones_own_until_it_is_shared(models: Models) -> None:
    views = await views_of(models)
    own = await views.add("anna", " On  hold ", "status=OnHold", shared=False)
    assert await views.of("anna") == [own]
    assert await views.of("bo") == []
    assert await views.get(own.id, "bo") is None
    shared = await views.change(own, "Held", shared=True)
    assert await views.of("bo") == [shared]
    assert await views.get(own.id, "bo") == shared
    await views.delete(own)
    assert await views.of("anna") == await views.of("bo") == []
    assert await views.change(own, "Held", shared=False) is None


async def test_a_name_is_taken_once_by_each_person(models: Models) -> None:
    views = await views_of(models)
    for person in ("anna", "bo"):
        await views.add(person, "Held", "", shared=False)
    other = await views.add("anna", "Other", "", shared=False)
    with pytest.raises(Malformed, match="another view of yours"):
        await views.add("anna", "Held ", "", shared=False)
    with pytest.raises(Malformed, match="another view of yours"):
        await views.change(other, "Held", shared=False)


async def test_views_have_limits(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_OF_A_PERSON", 2)
    monkeypatch.setattr(saved_views, "MOST_SHARED", 1)
    views = await views_of(models)
    await views.add("anna", "One", "", shared=True)
    with pytest.raises(Malformed, match="1 views are shared already"):
        await views.add("anna", "Two", "", shared=True)
    await views.add("anna", "Two", "", shared=False)
    with pytest.raises(Malformed, match="2 are saved already"):
        await views.add("anna", "Three", "", shared=False)
    with pytest.raises(Malformed, match="set fewer"):
        await views.add("bo", "Long", "x" * 4001, shared=False)


async def test_a_view_is_updated_in_place_and_keeps_its_name(models: Models) -> None:
    views = await views_of(models)
    view = await views.add("anna", "Held", "status=OnHold", shared=True)
    updated = await views.change(view, "Held", shared=True, query="status=Canceled")
    assert updated == replace(view, query="status=Canceled")
    assert await views.of("bo") == [updated]
    assert await views.change(view, "On hold", shared=True) == replace(updated, name="On hold")
    with pytest.raises(Malformed, match="set fewer"):
        await views.change(view, "Held", shared=True, query="x" * 4001)


async def test_copies_are_ones_own_and_have_names_of_their_own(models: Models) -> None:
    views = await views_of(models)
    shared = await views.add("anna", "Held", "status=OnHold", shared=True)
    copies = [await views.duplicate(shared, "bo", "Held (copy)") for _ in range(3)]
    assert [each.name for each in copies] == ["Held (copy)", "Held (copy) 2", "Held (copy) 3"]
    assert {(each.owner, each.query, each.shared) for each in copies} == {
        ("bo", "status=OnHold", False)
    }
    assert await views.of("anna") == [shared]
