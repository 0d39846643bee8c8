#pragma once

#include "base/expected.h"

#include <filesystem>
#include <string>

namespace tapedeck::ops {

/// Holds <home>/run/<service>.pid, locked, as long as it lives: one process of a service per home.
/// The lock is the kernel's, so a crash leaves nothing behind that must be cleaned up.
class PidFile {
public:
    /// Makes the directory if need be. An error names the pid of who holds it.
    static Result<PidFile> take(const std::filesystem::path& home, const std::string& service);

    PidFile(PidFile&& other) noexcept;
    PidFile& operator=(PidFile&&) = delete;
    ~PidFile();

private:
    explicit PidFile(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

}  // namespace tapedeck::ops
