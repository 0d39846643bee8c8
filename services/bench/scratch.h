#pragma once

#include "base/expected.h"

#include <filesystem>
#include <utility>

namespace tapedeck::bench {

/// A directory of this run's own, gone with everything in it when this ends.
class Scratch {
public:
    /// Makes "bench-XXXXXX" in `parent`, and that if it is missing. The error says what is in the
    /// way.
    static Result<Scratch> in(const std::filesystem::path& parent);

    Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}

    Scratch& operator=(Scratch&&) = delete;
    ~Scratch();

    const std::filesystem::path& path() const { return path_; }

private:
    explicit Scratch(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
};

}  // namespace tapedeck::bench
