#include "journal/store/merkle.h"

#include <string>

namespace tapedeck::journal {

namespace {

tape::Hash node(const tape::Hash& left, const tape::Hash& right) {
    std::string bytes(1, '\x01');
    bytes.append(tape::as_bytes(left)).append(tape::as_bytes(right));
    return tape::sha256(bytes);
}

}  // namespace

void MerkleTree::add(const tape::Hash& leaf) {
    std::string bytes(1, '\0');
    tape::Hash root = tape::sha256(bytes.append(tape::as_bytes(leaf)));
    // As in a binary counter: a one that is carried is two full subtrees that become one.
    for (std::uint64_t carry = size_; (carry & 1U) != 0; carry >>= 1U) {
        root = node(whole_.back(), root);
        whole_.pop_back();
    }
    whole_.push_back(root);
    ++size_;
}

tape::Hash MerkleTree::root() const {
    if (whole_.empty()) return tape::sha256("");
    tape::Hash root = whole_.back();
    for (auto it = whole_.rbegin() + 1; it != whole_.rend(); ++it) root = node(*it, root);
    return root;
}

}  // namespace tapedeck::journal
