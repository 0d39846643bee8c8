#include "execution/shell/nonce_file.h"

#include "base/replace_file.h"
#include "tape/format.h"

#include <charconv>
#include <fstream>
#include <iterator>

namespace tapedeck::execution {

namespace {

/// Which key it is without saying it.
std::string digest_of(std::string_view key) {
    constexpr std::size_t kDigits = 12;
    return tape::to_hex(tape::sha256(key)).substr(0, kDigits);
}

}  // namespace

Result<NonceFile> NonceFile::open(const std::filesystem::path& directory, std::string_view key) {
    NonceFile file;
    file.path_ = (directory / ("kraken-nonce-" + digest_of(key))).string();
    std::error_code error;
    const bool is_there = std::filesystem::exists(file.path_, error);
    if (error) return fail(file.path_ + ": cannot look at it: " + error.message());
    if (!is_there) return file;
    std::ifstream in(file.path_);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.good() && !in.eof()) return fail(file.path_ + ": cannot read it");
    if (text.ends_with('\n')) text.pop_back();
    std::uint64_t mark = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), mark);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
        return fail(
            file.path_ + ": holds no nonce; remove it if nobody else uses this key",
            ExitCode::Integrity);
    }
    file.mark_ = mark;
    return file;
}

Result<> NonceFile::write(std::uint64_t mark) {
    TRY(replace_file(path_, std::to_string(mark) + "\n"));
    mark_ = mark;
    return {};
}

}  // namespace tapedeck::execution
