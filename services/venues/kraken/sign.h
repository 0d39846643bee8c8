#pragma once

#include "base/expected.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tapedeck::kraken {

/// The private half of an API key, decoded. It cannot be copied or printed, and its bytes are wiped
/// when it goes.
class Secret {
public:
    /// What Kraken shows when a key is made. An error never quotes the text.
    static Result<Secret> from_base64(std::string_view text);

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    std::string_view bytes() const { return bytes_; }

private:
    explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}

    void wipe();

    std::string bytes_;
};

/// The API-Sign header: base64(HMAC-SHA512(secret, path + SHA256(nonce + body))). `path` without
/// host and query ("/0/private/AddOrder"); `body` byte for byte what goes on the wire, the nonce in
/// it included. Source: Kraken's documentation, "Spot REST Authentication".
std::string api_sign(
    const Secret& secret, std::string_view path, std::uint64_t nonce, std::string_view body);

/// A body of application/x-www-form-urlencoded, fields in the order in which they were added.
class Form {
public:
    /// All but letters, digits and "-._~" is percent-encoded: a '+' that isn't would arrive as a
    /// blank, and prices may begin with one.
    Form& add(std::string_view key, std::string_view value);

    const std::string& str() const { return text_; }

private:
    std::string text_;
};

/// Nonces of one API key, each higher than all before it, over restarts too. They are nanoseconds
/// since 1970: the finest unit there is, since a key that once was used with a finer one refuses
/// all coarser ones. Where the clock stands still or went back, they go on counting.
///
/// What restarts must not forget is a mark: no nonce above it has been given out. It is made
/// durable ahead of need, once in a while, and not with every request:
///     auto nonce = source.next(now);
///     if (!nonce) { write source.mark_wanted(now); source.mark_written(it); nonce = next(now); }
///
/// No lock: one owner asks, or callers take turns.
class NonceSource {
public:
    /// One mark lasts for so much time. After a restart nonces begin after the mark, ahead of the
    /// clock by no more than this.
    static constexpr Duration kAhead = std::chrono::minutes(1);

    /// `mark`: what was last made durable for this key; 0 for a key never used.
    explicit NonceSource(std::uint64_t mark) : last_(mark), mark_(mark) {}

    /// Nothing: first a higher mark must be durable.
    std::optional<std::uint64_t> next(Time now);

    /// The mark to make durable now: kAhead beyond what next(now) would give.
    std::uint64_t mark_wanted(Time now) const;

    /// `mark` is durable. A lower one than before changes nothing.
    void mark_written(std::uint64_t mark);

    /// The key has seen a nonce that wasn't ours (EAPI:Invalid nonce): go on above it. Takes effect
    /// with the next mark.
    void skip_to(std::uint64_t nonce);

private:
    std::uint64_t candidate(Time now) const;

    std::uint64_t last_;
    std::uint64_t mark_;
};

}  // namespace tapedeck::kraken
