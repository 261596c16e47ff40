"""RFC 6962 hashing: the published vectors, an independent naive tree, and proofs that hold only where they should."""

import hashlib
import random

import pytest

from app.domain.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    frontier,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# Test vectors of Certificate Transparency (certificate-transparency, merkletree tests): leaf inputs and roots.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = range(1, 41)
LEAVES = [leaf_hash(b"leaf %d" % n) for n in range(41)]


def naive(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = max(2**e for e in range(20) if 2**e < len(leaves))
    return hashlib.sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def test_the_published_vectors_come_out() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
    assert [root(leaves[:n]).hex() for n in range(1, 9)] == ROOTS
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_leaves_and_nodes_are_told_apart_by_their_first_byte() -> None:
    assert leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest()
    assert node_hash(b"l", b"r") == hashlib.sha256(b"\x01lr").digest()


def test_growing_one_by_one_gives_the_root_of_the_definition() -> None:
    edge = Frontier()
    assert edge.root() == naive([]) == root([])
    for n in SIZES:
        edge = edge.append(LEAVES[n - 1])
        assert edge.size == n
        assert edge.root() == naive(LEAVES[:n]) == root(LEAVES[:n])
        assert edge == frontier(LEAVES[:n])
        assert len(edge.nodes) == n.bit_count()


def test_a_frontier_is_never_changed_in_place() -> None:
    edge = frontier(LEAVES[:5])
    before = edge.root()
    edge.append(LEAVES[5])
    assert edge.root() == before
    assert edge.size == 5


def test_every_leaf_of_every_size_can_be_proved() -> None:
    for n in SIZES:
        for i in range(n):
            proof = inclusion_proof(i, LEAVES[:n])
            assert len(proof) <= (n - 1).bit_length()
            assert verify_inclusion(i, n, LEAVES[i], proof, root(LEAVES[:n]))


def test_a_wrong_inclusion_proof_is_refused() -> None:
    for n in SIZES:
        top = root(LEAVES[:n])
        for i in range(n):
            proof = inclusion_proof(i, LEAVES[:n])
            assert not verify_inclusion(i, n, LEAVES[(i + 1) % 41], proof, top), "another leaf"
            assert not verify_inclusion(i, n, LEAVES[i], proof, LEAVES[40]), "another root"
            assert not verify_inclusion(i, n, LEAVES[i], [*proof, LEAVES[0]], top), "a longer proof"
            assert not verify_inclusion(n, n, LEAVES[i], proof, top), "outside the tree"
            assert not verify_inclusion(-1, n, LEAVES[i], proof, top), "outside the tree"
            if proof:
                assert not verify_inclusion(i, n, LEAVES[i], proof[:-1], top), "a shorter proof"
                assert not verify_inclusion((i + 1) % n, n, LEAVES[i], proof, top), "another place"
                for k in range(len(proof)):
                    bad = [*proof[:k], bytes(32), *proof[k + 1 :]]
                    assert not verify_inclusion(i, n, LEAVES[i], bad, top), "a changed hash"


def test_an_inner_node_is_not_taken_for_a_leaf() -> None:
    for n in SIZES[1:]:
        top = root(LEAVES[:n])
        for i in range(n - 1):
            sibling, *rest = inclusion_proof(i, LEAVES[:n])
            inner = node_hash(sibling, LEAVES[i]) if i % 2 else node_hash(LEAVES[i], sibling)
            for index in (i, i // 2):
                assert not verify_inclusion(index, n, inner, rest, top), (i, n)


def test_every_smaller_tree_is_a_prefix_of_every_larger_one() -> None:
    for n in SIZES:
        for m in range(1, n + 1):
            proof = consistency_proof(m, LEAVES[:n])
            assert verify_consistency(m, n, root(LEAVES[:m]), root(LEAVES[:n]), proof), (m, n)


def test_a_log_that_is_no_extension_is_refused() -> None:
    rng = random.Random(1)
    for n in SIZES:
        new = root(LEAVES[:n])
        for m in range(1, n + 1):
            proof, old = consistency_proof(m, LEAVES[:n]), root(LEAVES[:m])
            assert not verify_consistency(m, n, LEAVES[40], new, proof), "another old root"
            assert not verify_consistency(m, n, old, LEAVES[40], proof), "another new root"
            assert not verify_consistency(m, n, old, new, [*proof, LEAVES[0]]), "a longer proof"
            if m < n:
                assert proof, "unequal sizes need a proof"
                assert not verify_consistency(m, n, old, new, proof[:-1]), "a shorter proof"
                assert not verify_consistency(m, n, old, new, []), "no proof"
                k = rng.randrange(len(proof))
                bad = [*proof[:k], bytes(32), *proof[k + 1 :]]
                assert not verify_consistency(m, n, old, new, bad), "a changed hash"


def test_a_rewritten_entry_breaks_the_consistency_with_every_tree_that_held_it() -> None:
    forged = [*LEAVES[:4], leaf_hash(b"forged"), *LEAVES[5:20]]
    for m in range(1, 21):
        held = verify_consistency(m, 20, root(LEAVES[:m]), root(forged), consistency_proof(m, forged))
        assert held is (m < 5), m


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_sizes_that_cannot_be_are_refused(old: int, new: int) -> None:
    assert not verify_consistency(old, new, EMPTY, root(LEAVES[:new]), [])
    with pytest.raises(ValueError, match="outside"):
        consistency_proof(old, LEAVES[:new])


@pytest.mark.parametrize("index", [-1, 3])
def test_a_proof_for_no_leaf_is_refused(index: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        inclusion_proof(index, LEAVES[:3])


def test_many_leaves_at_once_are_the_same_tree_as_one_by_one() -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(70)]
    for begun in range(0, 40):
        edge = Frontier()
        for leaf in leaves[:begun]:
            edge = edge.append(leaf)
        for more in range(0, 30):
            slow = edge
            for leaf in leaves[begun : begun + more]:
                slow = slow.append(leaf)
            assert edge.extend(leaves[begun : begun + more]) == slow
