#include "venues/kraken/sign.h"

#include "base/verify.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace tapedeck::kraken {

namespace {

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(out.data()),
        as_bytes(bytes),
        static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

/// OpenSSL's decoder lets blanks pass and reports the padding as bytes.
bool is_base64(std::string_view text) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (text.empty() || text.size() % 4 != 0) return false;
    const auto digits = text.find_last_not_of('=') + 1;
    return text.size() - digits <= 2 &&
           std::all_of(
               text.begin(), text.begin() + static_cast<std::ptrdiff_t>(digits), [&](char c) {
                   return kAlphabet.find(c) != std::string_view::npos;
               });
}

/// A key of Kraken's has 64 bytes; more than this is no key.
constexpr std::size_t kSecretTextMax = 1024;

}  // namespace

Result<Secret> Secret::from_base64(std::string_view text) {
    if (text.size() > kSecretTextMax || !is_base64(text)) {
        return fail(
            "the API secret is not base64: copy it whole, without blanks or quotes",
            ExitCode::Configuration);
    }
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(bytes.data()),
        as_bytes(text),
        static_cast<int>(text.size()));
    VERIFY(size >= 0);
    const auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return Secret(std::move(bytes));
}

Secret::Secret(Secret&& other) noexcept {
    *this = std::move(other);
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    bytes_ = other.bytes_;  // not moved: a short string that is leaves its bytes behind
    other.wipe();
    return *this;
}

Secret::~Secret() {
    wipe();
}

void Secret::wipe() {
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
    bytes_.clear();
}

std::string api_sign(
    const Secret& secret, std::string_view path, std::uint64_t nonce, std::string_view body) {
    std::string inner = std::to_string(nonce);
    inner += body;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(as_bytes(inner), inner.size(), digest.data());
    std::string message(path);
    message.append(reinterpret_cast<const char*>(digest.data()), digest.size());

    std::array<unsigned char, SHA512_DIGEST_LENGTH> code{};
    unsigned size = 0;
    const auto* done = HMAC(
        EVP_sha512(),
        secret.bytes().data(),
        static_cast<int>(secret.bytes().size()),
        as_bytes(message),
        message.size(),
        code.data(),
        &size);
    VERIFY(done != nullptr && size == code.size());
    return base64({reinterpret_cast<const char*>(code.data()), code.size()});
}

namespace {

void append_encoded(std::string& out, std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    for (const char c : text) {
        const bool is_plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                              c == '~';
        if (is_plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    }
}

}  // namespace

Form& Form::add(std::string_view key, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    append_encoded(text_, key);
    text_ += '=';
    append_encoded(text_, value);
    return *this;
}

std::uint64_t NonceSource::candidate(Time now) const {
    const auto clock = static_cast<std::uint64_t>(std::max<std::int64_t>(to_ns(now), 0));
    return std::max(clock, last_ + 1);
}

std::optional<std::uint64_t> NonceSource::next(Time now) {
    const auto nonce = candidate(now);
    if (nonce > mark_) return std::nullopt;
    last_ = nonce;
    return nonce;
}

std::uint64_t NonceSource::mark_wanted(Time now) const {
    return candidate(now) + static_cast<std::uint64_t>(kAhead.count());
}

void NonceSource::mark_written(std::uint64_t mark) {
    mark_ = std::max(mark_, mark);
}

void NonceSource::skip_to(std::uint64_t nonce) {
    last_ = std::max(last_, nonce);
}

}  // namespace tapedeck::kraken
