#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tapedeck::venue_simulator {

std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

std::string sha256(std::string_view bytes);
std::string sha512(std::string_view bytes);

/// base64(HMAC-SHA512(secret, path || SHA256(nonce || body))): what API-Sign must say. The secret
/// is as bytes; the path is without host and query; the body is what was on the wire.
std::string signature_of(
    std::string_view secret, std::string_view path, std::string_view nonce, std::string_view body);

/// CRC-32 as zlib's.
std::uint32_t crc32_of(std::string_view bytes);

}  // namespace tapedeck::venue_simulator
