"""What the palette looks for, and the keys that pages show."""

import re

from services.portal.auth.sessions import Person
from services.portal.web.frame import assets
from services.portal.web.frame.keys import KEYS
from services.portal.web.shell import palette


def test_pages_are_those_that_the_roles_may_open() -> None:
    def offered(*roles: str) -> set[str]:
        return {each.where for each in palette._pages(Person("anna", roles), "")}

    assert offered("operator") - offered("viewer") == {"/operations/letters"}
    assert offered("csr") - offered("viewer") == {"/create"}


def test_every_key_is_unambiguous_and_does_something() -> None:
    script = (assets.OURS / "js" / "keys.js").read_text(encoding="utf-8")
    acts = re.search(r"const acts = \{(.*?)\n\};", script, re.DOTALL)
    assert acts
    assert set(re.findall(r"^  (\w+):", acts[1], re.MULTILINE)) == {k.act for k in KEYS if k.act}
    names = [key.keys for key in KEYS]
    assert len(set(names)) == len(names)
    assert not any(a != b and b.startswith(f"{a} ") for a in names for b in names)
    assert all((key.go is None) != (key.act is None) for key in KEYS)
