#pragma once

#include "base/expected.h"

#include <cstdint>
#include <memory>
#include <string>

namespace tapedeck::recorded {

/// The bytes of a file, decompressed on the way. Errors begin with the path and end with the fix.
class Input {
public:
    Input() = default;
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    virtual ~Input() = default;

    /// Opens a plain, gzip or Zstandard file; which one, its first bytes say, not its name.
    static Result<std::unique_ptr<Input>> open(const std::string& path);

    /// Up to `capacity` bytes to `out`; 0 at the end, and only there.
    virtual Result<std::size_t> read(char* out, std::size_t capacity) = 0;

    /// Bytes of the file itself that have been read.
    virtual std::uint64_t consumed() const = 0;
};

/// What tells one file from another that has its name.
struct Fingerprint {
    std::uint64_t size = 0;
    std::uint32_t crc32c = 0;  ///< of the file's bytes as they are, compressed or not
};

/// Reads the whole file once.
Result<Fingerprint> fingerprint(const std::string& path);

}  // namespace tapedeck::recorded
