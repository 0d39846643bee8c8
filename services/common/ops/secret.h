#pragma once

#include "base/expected.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::ops {

/// Text that must not be seen: prints as "***", compares in constant time, and wipes its bytes when
/// it goes. Move it, or copy it on purpose with `copy()`.
class Secret {
public:
    Secret() = default;

    explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}

    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }

    Secret& operator=(Secret&& other) noexcept;

    ~Secret() { wipe(); }

    Secret copy() const { return Secret(reveal()); }

    /// The secret itself, for the one place that signs or sends with it. Valid while this lives.
    std::string_view reveal() const { return {bytes_.data(), bytes_.size()}; }

    std::size_t size() const { return bytes_.size(); }

    bool empty() const { return bytes_.empty(); }

    /// Always "***", so that nobody logs it by accident.
    std::string to_string() const { return "***"; }

    friend bool operator==(const Secret& a, const Secret& b);

private:
    void wipe();

    // A vector, not a string: a short string would live inside the object and be left behind by
    // a move.
    std::vector<char> bytes_;
};

/// The content of `file` without one trailing line break; at most 64 KiB. An error names the file,
/// never what is in it.
Result<Secret> read_secret_file(const std::filesystem::path& file);

/// Overwrites `text` in a way that the compiler may not drop, and empties it.
void wipe(std::string& text);

/// Is a key a secret by its name alone: the last word of its last part is secret, token, password
/// or passphrase ("venue.kraken.secret", "alerts.bot_token"; not "secret_file")?
bool is_secret_name(std::string_view key);

}  // namespace tapedeck::ops
