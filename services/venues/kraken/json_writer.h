#pragma once

#include "base/decimal.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck::kraken::json {

/// Writes one JSON text, commas included. Decimals become JSON numbers digit by digit, as Kraken's
/// WebSocket wants prices and quantities (it refuses strings there). Whoever calls keeps objects
/// and arrays balanced and gives each member of an object its key.
class Writer {
public:
    Writer& begin_object();
    Writer& end_object();
    Writer& begin_array();
    Writer& end_array();
    Writer& key(std::string_view name);

    /// In quotes, with control characters, quotes and backslashes escaped. The text is UTF-8.
    Writer& text(std::string_view value);
    Writer& number(Decimal value);
    Writer& number(std::uint64_t value);
    Writer& flag(bool value);

    const std::string& str() const { return out_; }

private:
    void separate();

    std::string out_;
    bool needs_comma_ = false;
};

}  // namespace tapedeck::kraken::json
