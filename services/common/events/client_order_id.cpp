#include "events/client_order_id.h"

#include "base/crc32c.h"

#include <array>

namespace tapedeck {
namespace {

constexpr std::uint64_t kTapeMask = (std::uint64_t{1} << 48) - 1;
constexpr std::uint64_t kSeqMask = (std::uint64_t{1} << 62) - 1;
constexpr std::uint64_t kVersion = 4;
constexpr std::uint64_t kVariant = 2;  // "10" in the two highest bits of the lower half

struct Halves {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
};

std::uint64_t check_of(std::uint64_t tape_id, std::uint64_t seq) {
    std::array<char, 14> bytes{};
    for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<char>(tape_id >> (8 * (5 - i)));
    for (std::size_t i = 0; i < 8; ++i) bytes[6 + i] = static_cast<char>(seq >> (8 * (7 - i)));
    return crc32c({bytes.data(), bytes.size()}) & 0xFFFU;
}

Halves halves_of(const ClientOrderId& id) {
    const std::uint64_t tape_id = id.tape_id & kTapeMask;
    const std::uint64_t seq = id.intent.value & kSeqMask;
    return {tape_id << 16 | kVersion << 12 | check_of(tape_id, seq), kVariant << 62 | seq};
}

void put_hex(std::string& out, std::uint64_t value, unsigned from_digit, unsigned digits) {
    for (unsigned i = from_digit; i < from_digit + digits; ++i) {
        out.push_back("0123456789abcdef"[value >> (4 * (15 - i)) & 0xFU]);
    }
}

std::optional<std::uint64_t> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint64_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint64_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint64_t>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<Halves> parse_halves(std::string_view text) {
    const bool is_uuid = text.size() == 36;
    if (!is_uuid && !(text.size() == 34 && text.starts_with("0x"))) return std::nullopt;
    Halves halves;
    unsigned digits = 0;
    for (std::size_t i = is_uuid ? 0 : 2; i < text.size(); ++i) {
        if (is_uuid && (i == 8 || i == 13 || i == 18 || i == 23)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const auto digit = hex_digit(text[i]);
        if (!digit) return std::nullopt;
        auto& half = digits < 16 ? halves.high : halves.low;
        half = half << 4 | *digit;
        ++digits;
    }
    return halves;
}

}  // namespace

std::string to_uuid_text(const ClientOrderId& id) {
    const auto [high, low] = halves_of(id);
    std::string text;
    text.reserve(36);
    put_hex(text, high, 0, 8);
    text.push_back('-');
    put_hex(text, high, 8, 4);
    text.push_back('-');
    put_hex(text, high, 12, 4);
    text.push_back('-');
    put_hex(text, low, 0, 4);
    text.push_back('-');
    put_hex(text, low, 4, 12);
    return text;
}

std::string to_hex_text(const ClientOrderId& id) {
    const auto [high, low] = halves_of(id);
    std::string text = "0x";
    text.reserve(34);
    put_hex(text, high, 0, 16);
    put_hex(text, low, 0, 16);
    return text;
}

std::optional<ClientOrderId> parse_client_order_id(std::string_view text) {
    const auto halves = parse_halves(text);
    if (!halves) return std::nullopt;
    const ClientOrderId id{halves->high >> 16, Seq{halves->low & kSeqMask}};
    const auto canonical = halves_of(id);
    if (canonical.high != halves->high || canonical.low != halves->low) return std::nullopt;
    return id;
}

}  // namespace tapedeck
