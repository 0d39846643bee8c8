#include "venue-simulator/core/signature.h"

#include "base/verify.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include <array>
#include <vector>

namespace tapedeck::venue_simulator {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest(std::string_view bytes, const EVP_MD* kind) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    VERIFY(EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, kind, nullptr) == 1);
    return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

std::string base64(std::string_view bytes) {
    std::vector<unsigned char> out((bytes.size() + 2) / 3 * 4 + 1);
    const int size = EVP_EncodeBlock(out.data(), bytes_of(bytes), static_cast<int>(bytes.size()));
    return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(size)};
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') {
        ++padding;
    }
    std::vector<unsigned char> out(text.size() / 4 * 3 + 1);
    const int size = EVP_DecodeBlock(out.data(), bytes_of(text), static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    return std::string(
        reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(size) - padding);
}

std::string sha256(std::string_view bytes) {
    return digest(bytes, EVP_sha256());
}

std::string sha512(std::string_view bytes) {
    return digest(bytes, EVP_sha512());
}

std::string signature_of(
    std::string_view secret, std::string_view path, std::string_view nonce, std::string_view body) {
    const std::string message = std::string(path) + sha256(std::string(nonce) + std::string(body));
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    VERIFY(
        HMAC(
            EVP_sha512(),
            secret.data(),
            static_cast<int>(secret.size()),
            bytes_of(message),
            message.size(),
            out.data(),
            &size) != nullptr);
    return base64({reinterpret_cast<const char*>(out.data()), size});
}

std::uint32_t crc32_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        ::crc32(0, bytes_of(bytes), static_cast<unsigned>(bytes.size())));
}

}  // namespace tapedeck::venue_simulator
