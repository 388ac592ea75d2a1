"""What kubectl makes of deploy/kubernetes, and who may talk to whom by the network policies in it."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from checked import DEPLOY, check

KUBERNETES = DEPLOY / "kubernetes"
EXAMPLE, BASE = KUBERNETES / "overlays" / "example", KUBERNETES / "base"
NAMESPACE = "kubernetes.io/metadata.name"


@functools.cache
def rendered(folder: str = str(EXAMPLE)) -> tuple[dict[str, Any], ...]:
    """The objects of a folder, as `kubectl apply -k` would send them."""
    return tuple(yaml.safe_load_all(check("kubectl", "kustomize", folder)))


def of_kind(kind: str, folder: str = str(EXAMPLE)) -> dict[str, dict[str, Any]]:
    """The objects of a kind, by name."""
    return {entry["metadata"]["name"]: entry for entry in rendered(folder) if entry["kind"] == kind}


@dataclass(frozen=True)
class Peer:
    """One end of a connection: a pod by its labels and namespace, or an address elsewhere."""

    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str = "medpath"
    address: str | None = None


def may(caller: Peer, called: Peer, port: int, protocol: str = "TCP") -> bool:
    """Whether the policies let one talk to the other; what no policy selects may do anything."""
    return _passes(caller, called, port, protocol, "Egress") and _passes(called, caller, port, protocol, "Ingress")


def _passes(own: Peer, other: Peer, port: int, protocol: str, way: str) -> bool:
    policies = [
        entry["spec"]
        for entry in of_kind("NetworkPolicy").values()
        if way in entry["spec"]["policyTypes"] and _selects(entry, own)
    ]
    ends = "to" if way == "Egress" else "from"
    rules = [rule for policy in policies for rule in policy.get(way.lower(), [])]
    wanted = {"port": port, "protocol": protocol}
    return not policies or any(wanted in rule["ports"] and _is_among(other, rule[ends]) for rule in rules)


def _selects(policy: dict[str, Any], peer: Peer) -> bool:
    is_here = peer.address is None and peer.namespace == policy["metadata"]["namespace"]
    return is_here and _fits(policy["spec"]["podSelector"], peer.labels)


def _is_among(peer: Peer, ends: Iterable[dict[str, Any]]) -> bool:
    return any(_is_end(peer, end) for end in ends)


def _is_end(peer: Peer, end: dict[str, Any]) -> bool:
    if "ipBlock" in end:
        return peer.address is not None and _is_inside(peer.address, end["ipBlock"])
    if peer.address is not None:
        return False
    names = end.get("namespaceSelector", {"matchLabels": {NAMESPACE: "medpath"}})
    return _fits(names, {NAMESPACE: peer.namespace}) and _fits(end.get("podSelector", {}), peer.labels)


def _is_inside(address: str, block: dict[str, Any]) -> bool:
    one = ipaddress.ip_address(address)
    left_out = any(one in ipaddress.ip_network(network) for network in block.get("except", []))
    return one in ipaddress.ip_network(block["cidr"]) and not left_out


def _fits(selector: dict[str, Any], labels: Mapping[str, str]) -> bool:
    assert set(selector) <= {"matchLabels"}, "this reading knows no other selectors"
    return selector.get("matchLabels", {}).items() <= labels.items()
