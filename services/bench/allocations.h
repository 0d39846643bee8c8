#pragma once

#include <cstdint>
#include <optional>

namespace tapedeck::bench {

/// How often this thread has asked the heap, as long as one of these lives; at most one at a time.
class AllocationCount {
public:
    AllocationCount();
    ~AllocationCount();
    AllocationCount(const AllocationCount&) = delete;
    AllocationCount& operator=(const AllocationCount&) = delete;

    /// Nothing under a sanitizer, which has an allocator of its own.
    std::optional<std::uint64_t> so_far() const;
};

}  // namespace tapedeck::bench
