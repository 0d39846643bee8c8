#include "base/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tapedeck {

namespace {

Result<> failed(const std::string& path, const char* what) {
    return fail(path + ": cannot " + what + ": " + std::strerror(errno));
}

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

Result<> sync_directory_of(const std::string& path) {
    const auto slash = path.find_last_of('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return failed(directory, "open it");
    const bool synced = ::fsync(folder) == 0;
    Result<> result = synced ? Result<>{} : failed(directory, "sync it");
    ::close(folder);
    return result;
}

}  // namespace

Result<> replace_file(const std::string& path, std::string_view bytes) {
    const std::string draft = path + ".new";
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0) return failed(draft, "make it");
    Result<> result;
    if (!write_all(file, bytes) || ::fdatasync(file) != 0) result = failed(draft, "write it");
    if (::close(file) != 0 && result) result = failed(draft, "write it");
    if (result) return move_into_place(draft, path);
    ::unlink(draft.c_str());
    return result;
}

Result<> move_into_place(const std::string& draft, const std::string& path) {
    if (std::rename(draft.c_str(), path.c_str()) != 0) {
        auto result = failed(path, "replace it");
        ::unlink(draft.c_str());
        return result;
    }
    return sync_directory_of(path);
}

}  // namespace tapedeck
