#include "journal/store/markers.h"

#include "base/replace_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace tapedeck::journal {

Result<std::optional<std::string>> Markers::read(const char* name) const {
    const std::string path = directory_ + '/' + name;
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::optional<std::string>{};
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(path + ": cannot read it: " + std::strerror(errno));
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

Result<> Markers::write(const char* name, const std::string& text) const {
    return replace_file(directory_ + '/' + name, text + '\n');
}

Result<> Markers::settle() const {
    for (const char* name : {kQuarantine, kBranch}) {
        const std::string path = directory_ + '/' + name;
        if (::unlink(path.c_str()) == 0 || errno == ENOENT) continue;
        return fail(path + ": cannot remove it: " + std::strerror(errno));
    }
    return {};
}

}  // namespace tapedeck::journal
