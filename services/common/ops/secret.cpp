#include "ops/secret.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace tapedeck::ops {

namespace {

constexpr std::size_t kFileSizeMax = std::size_t{64} << 10U;

}  // namespace

void Secret::wipe() {
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
    bytes_.clear();
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        bytes_ = std::move(other.bytes_);
        other.bytes_.clear();
    }
    return *this;
}

bool operator==(const Secret& a, const Secret& b) {
    if (a.size() != b.size()) return false;
    // Every byte is looked at: how long it takes says nothing about where they differ.
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned char>(a.bytes_[i] ^ b.bytes_[i]);
    }
    return difference == 0;
}

void wipe(std::string& text) {
    if (!text.empty()) explicit_bzero(text.data(), text.size());
    text.clear();
}

Result<Secret> read_secret_file(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return fail("cannot read " + file.string() + ": " + std::strerror(errno));
    }
    std::string text(kFileSizeMax + 1, '\0');
    std::size_t size = 0;
    ssize_t got = 1;
    while (got > 0 && size < text.size()) {
        got = ::read(descriptor, text.data() + size, text.size() - size);
        if (got > 0) size += static_cast<std::size_t>(got);
    }
    const int reason = got < 0 ? errno : 0;
    ::close(descriptor);
    if (reason != 0 || size > kFileSizeMax) {
        wipe(text);
        return fail(
            "cannot read " + file.string() + ": " +
            (reason != 0 ? std::strerror(reason) : "it is larger than 64 KiB"));
    }
    if (size > 0 && text[size - 1] == '\n') --size;
    if (size > 0 && text[size - 1] == '\r') --size;
    Secret secret(std::string_view(text).substr(0, size));
    wipe(text);
    return secret;
}

bool is_secret_name(std::string_view key) {
    static constexpr std::array<std::string_view, 4> kWords{
        "secret", "token", "password", "passphrase"};
    const auto begin = key.find_last_of("._");
    const std::string_view last = begin == std::string_view::npos ? key : key.substr(begin + 1);
    return std::find(kWords.begin(), kWords.end(), last) != kWords.end();
}

}  // namespace tapedeck::ops
