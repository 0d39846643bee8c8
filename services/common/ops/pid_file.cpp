#include "ops/pid_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace tapedeck::ops {

namespace {

std::string read_pid(int descriptor) {
    std::array<char, 32> text{};
    const auto size = ::pread(descriptor, text.data(), text.size(), 0);
    std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return pid.substr(0, pid.find('\n'));
}

}  // namespace

Result<PidFile> PidFile::take(const std::filesystem::path& home, const std::string& service) {
    const std::filesystem::path file = home / "run" / (service + ".pid");
    const auto cannot = [&] {
        return fail("cannot write " + file.string() + ": " + std::strerror(errno));
    };
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) return cannot();
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const int reason = errno;
        const std::string pid = read_pid(descriptor);
        ::close(descriptor);
        errno = reason;
        if (reason != EWOULDBLOCK) return cannot();
        return fail(
            service + " runs on " + home.string() + " already, as pid " +
            (pid.empty() ? "(not yet written)" : pid) + "; stop it, or give another --home");
    }
    PidFile held(descriptor);
    const std::string text = std::to_string(::getpid()) + "\n";
    const bool written =
        ::ftruncate(descriptor, 0) == 0 &&
        ::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    if (!written) return cannot();
    return held;
}

PidFile::PidFile(PidFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

PidFile::~PidFile() {
    if (descriptor_ < 0) return;
    // Emptied, not removed: who waits for the lock of a removed file would hold one nobody sees.
    [[maybe_unused]] const int emptied = ::ftruncate(descriptor_, 0);
    ::close(descriptor_);
}

}  // namespace tapedeck::ops
