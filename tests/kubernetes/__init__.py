"""The manifests in ops/kubernetes, rendered and held to the code and to Kubernetes' schemas."""
