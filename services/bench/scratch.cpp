#include "bench/scratch.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace tapedeck::bench {

Result<Scratch> Scratch::in(const std::filesystem::path& parent) {
    std::error_code error;
    std::filesystem::create_directories(parent, error);
    std::string pattern = (std::filesystem::absolute(parent) / "bench-XXXXXX").string();
    if (error || ::mkdtemp(pattern.data()) == nullptr) {
        return fail(
            parent.string() + ": cannot make a directory for the bench: " +
            (error ? error.message() : std::strerror(errno)) + "; name another with --dir");
    }
    return Scratch(pattern);
}

Scratch::~Scratch() {
    if (path_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace tapedeck::bench
