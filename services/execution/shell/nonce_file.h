#pragma once

#include "base/expected.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace tapedeck::execution {

/// The mark below which all nonces of one API key lie, on this process's own volume
/// (venues/kraken/sign.h, NonceSource). One file a key: another key begins anew.
class NonceFile {
public:
    /// Reads what was written last; 0 if nothing ever was. Errors: the file cannot be read, or
    /// holds something else than a mark.
    static Result<NonceFile> open(const std::filesystem::path& directory, std::string_view key);

    std::uint64_t mark() const { return mark_; }

    /// Durable when it returns.
    Result<> write(std::uint64_t mark);

    const std::string& path() const { return path_; }

private:
    std::string path_;
    std::uint64_t mark_ = 0;
};

}  // namespace tapedeck::execution
