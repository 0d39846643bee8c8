#pragma once

#include "base/seq.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tapedeck {

/// The name under which a venue knows an order: 128 bits, a function of the tape and of the seq of
/// the OrderIntended, so that with all local state lost an order still says where it comes from.
/// Well-formed as a UUID: 48 bits tape id, 4 bits version "4", 12 bits check (the low bits of the
/// CRC32C of tape id and seq, big-endian), 2 bits variant "10", 62 bits seq.
struct ClientOrderId {
    std::uint64_t tape_id = 0;  ///< 48 bits; higher ones are dropped when encoding
    Seq intent;                 ///< 62 bits, likewise

    friend bool operator==(const ClientOrderId&, const ClientOrderId&) = default;
};

/// "0123456789ab-4ccc-…" as 8-4-4-4-12 lower-case hex digits: what Kraken and Coinbase take.
std::string to_uuid_text(const ClientOrderId& id);

/// "0x" and 32 lower-case hex digits: what Hyperliquid and Synthetix take.
std::string to_hex_text(const ClientOrderId& id);

/// Reads either form, upper or lower case. Nothing for any text that is not an id of ours: wrong
/// shape, version, variant or check. A foreign random UUID passes with a chance of 1 in 4096; the
/// tape id then tells it apart.
std::optional<ClientOrderId> parse_client_order_id(std::string_view text);

}  // namespace tapedeck
