"""Merkle log hashing, RFC 6962 section 2.1. Pure functions over 32-byte hashes.

Appending needs only the *frontier*: the roots of the perfect subtrees that the tree of the
current size is made of, largest first (at most log2 n hashes), so it reads no old leaf.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree of ``size`` leaves."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier after one more leaf, given as its leaf hash."""
        nodes, carry = list(self.nodes), leaf
        size = self.size
        while size & 1:
            carry = node_hash(nodes.pop(), carry)
            size >>= 1
        return Frontier(self.size + 1, (*nodes, carry))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after many more leaves (leaf hashes, in order), level by level: faster than one by one."""
        level, below, old = list(leaves), self.size, list(self.nodes)
        size, nodes, sha256 = self.size + len(level), [], hashlib.sha256
        while level or below:
            if below & 1:
                level.insert(0, old.pop())
            if len(level) & 1:
                nodes.append(level.pop())
            pairs = iter(level)
            level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            below >>= 1
        return Frontier(size, tuple(reversed(nodes)))

    def root(self) -> bytes:
        """Root hash; SHA-256("") for the empty tree."""
        if not self.nodes:
            return EMPTY
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


def frontier(leaves: Iterable[bytes]) -> Frontier:
    """Frontier over leaf hashes, in order."""
    return Frontier().extend(leaves)


def root(leaves: Sequence[bytes]) -> bytes:
    """Merkle tree hash of leaf hashes."""
    return frontier(leaves).root()


def _split(n: int) -> int:
    """Largest power of two smaller than n (n > 1)."""
    return 1 << (n - 1).bit_length() - 1


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Audit path of leaf ``index`` (RFC 6962 2.1.1), from the leaf's sibling up. ValueError when out of range."""
    n = len(leaves)
    if not 0 <= index < n:
        raise ValueError("index outside the tree")
    if n == 1:
        return []
    k = _split(n)
    if index < k:
        return [*inclusion_proof(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion_proof(index - k, leaves[k:]), root(leaves[:k])]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> bool:
    """True when ``leaf`` (a leaf hash) is entry ``index`` of the tree with ``size`` leaves and root ``expected``."""
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == expected


def consistency_proof(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Proof that the tree of ``old_size`` leaves is a prefix of this one (RFC 6962 2.1.2)."""
    if not 0 < old_size <= len(leaves):
        raise ValueError("old size outside the tree")
    return _subproof(old_size, leaves, whole=True)


def _subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if whole else [root(leaves)]
    k = _split(n)
    if m <= k:
        return [*_subproof(m, leaves[:k], whole), root(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], False), root(leaves[:k])]


def verify_consistency(old_size: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """True when the log of ``size`` and ``new_root`` extends the one of ``old_size`` and ``old_root``."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == new_root
    path = list(proof)
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not path:
        return False
    first = path.pop(0) if node else old_root
    old, new = first, first
    while node:
        if node & 1:
            if not path:
                return False
            sibling = path.pop(0)
            old, new = node_hash(sibling, old), node_hash(sibling, new)
        elif node < last:
            if not path:
                return False
            new = node_hash(new, path.pop(0))
        node, last = node >> 1, last >> 1
    while last:
        if not path:
            return False
        new, last = node_hash(new, path.pop(0)), last >> 1
    return not path and old == old_root and new == new_root
