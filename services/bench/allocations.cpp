#include "bench/allocations.h"

#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TAPEDECK_COUNTS_ALLOCATIONS 0
#else
#define TAPEDECK_COUNTS_ALLOCATIONS 1
#endif

namespace {

thread_local bool g_counts = false;
thread_local std::uint64_t g_count = 0;

}  // namespace

#if TAPEDECK_COUNTS_ALLOCATIONS

// Over-aligned types are left to the library: it frees them by other functions, and we have none.

void* operator new(std::size_t size) {
    if (g_counts) ++g_count;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}

// The standard library's own buffers ask this way; both ends must be ours.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    if (g_counts) ++g_count;
    return std::malloc(size == 0 ? 1 : size);
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

#endif

namespace tapedeck::bench {

AllocationCount::AllocationCount() {
    g_count = 0;
    g_counts = true;
}

AllocationCount::~AllocationCount() {
    g_counts = false;
}

std::optional<std::uint64_t> AllocationCount::so_far() const {
    if (TAPEDECK_COUNTS_ALLOCATIONS == 0) return std::nullopt;
    return g_count;
}

}  // namespace tapedeck::bench
