"""`python -m tests.kubernetes` validates every rendered resource against Kubernetes' schemas.

Prints each mistake, and what has no schema here; exits with 1 if there is a mistake.
"""

import json
import sys

from tests.kubernetes.overlays import OVERLAYS, rendered
from tests.kubernetes.schemas import NEWEST, OLDEST, mistakes


def main() -> int:
    """The exit code."""
    resources = {json.dumps(each, sort_keys=True): each for o in OVERLAYS for each in rendered(o)}
    found, without = [], set()
    for resource in resources.values():
        name = f"{resource['kind']} {resource['metadata']['name']}"
        said = mistakes(resource)
        if said is None:
            without.add(resource["kind"])
        else:
            found += [f"{name}: {each}" for each in said]
    sys.stdout.write("".join(f"{each}\n" for each in found))
    sys.stdout.write(
        f"Kubernetes: {len(resources)} resources, versions {OLDEST} and {NEWEST}, "
        f"{len(found)} mistakes; no schema of {', '.join(sorted(without)) or 'nothing'}\n"
    )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
