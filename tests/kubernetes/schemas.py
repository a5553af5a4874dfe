"""Validates resources against the schemas of Kubernetes' API, which kubernetes-validate ships."""

from kubernetes_validate import SchemaNotFoundError, ValidationError, validate

from tests.kubernetes.rendering import Resource

# The oldest version for which the manifests are meant, and the newest one whose schemas we have.
OLDEST, NEWEST = "1.30", "1.37"
# Not Kubernetes' own, so without a schema here; test_autoscaling.py checks what we use of it.
EXTENSIONS = {"keda.sh/v1alpha1"}


def mistakes(resource: Resource) -> list[str] | None:
    """Returns what is wrong with a resource; None if it is of an extension.

    Fields that the schema doesn't know are mistakes too.
    """
    if resource["apiVersion"] in EXTENSIONS:
        return None
    found = []
    for version in (OLDEST, NEWEST):
        try:
            validate(resource, version, strict=True)
        except SchemaNotFoundError as error:
            found.append(error.message)
        except ValidationError as error:
            where = ".".join(map(str, error.path))
            found.append(f"{version}: {where}: {error.message}")
    return found
