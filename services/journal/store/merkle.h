#pragma once

#include "tape/format.h"

#include <cstdint>
#include <vector>

namespace tapedeck::journal {

/// The root of a Merkle tree over hashes, as RFC 6962 section 2.1 builds it: leaves and nodes have
/// different prefixes, so that one cannot pass for the other. Grows leaf by leaf in O(log n) space.
class MerkleTree {
public:
    void add(const tape::Hash& leaf);

    /// SHA-256 of nothing for an empty tree.
    tape::Hash root() const;

    std::uint64_t size() const { return size_; }

private:
    std::vector<tape::Hash> whole_;  ///< roots of full subtrees, the largest first
    std::uint64_t size_ = 0;
};

}  // namespace tapedeck::journal
