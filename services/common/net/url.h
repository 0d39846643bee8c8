#pragma once

#include "base/expected.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck::net {

struct Url {
    std::string host;  ///< a name or an address, without the brackets of IPv6
    std::uint16_t port = 443;
    std::string target = "/";

    /// What a Host header says.
    std::string authority() const;
    /// For people: with its port, always.
    std::string place() const;
};

/// "https://host", "wss://host:port/path?query". The error names what was given and what is
/// expected; user names and fragments are refused.
Result<Url> parse_url(std::string_view text, std::string_view scheme);

}  // namespace tapedeck::net
