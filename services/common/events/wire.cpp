#include "events/wire.h"

namespace tapedeck::wire {

void put_decimal(std::string& out, Decimal value) {
    const Decimal::Parts parts = value.parts();
    // The low 64 bits, taken as signed, and what is left above them: unique for each mantissa.
    const auto low = static_cast<std::int64_t>(static_cast<std::uint64_t>(parts.mantissa));
    const auto high = static_cast<std::int64_t>((parts.mantissa - low) >> 64);
    if (low != 0) {
        put_tag(out, 1, WireType::Varint);
        put_varint(out, zigzag(low));
    }
    if (parts.scale != 0) {
        put_tag(out, 2, WireType::Varint);
        put_varint(out, parts.scale);
    }
    if (high != 0) {
        put_tag(out, 3, WireType::Varint);
        put_varint(out, zigzag(high));
    }
}

Decimal get_decimal(std::string_view bytes, bool& ok) {
    Reader reader(bytes);
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::uint64_t scale = 0;
    while (reader.next()) {
        switch (reader.number()) {
            case 1: low = unzigzag(reader.varint_field()); break;
            case 2: scale = reader.varint_field(); break;
            case 3: high = unzigzag(reader.varint_field()); break;
            default: reader.skip();
        }
    }
    Int128 mantissa = 0;
    const bool fits =
        !__builtin_mul_overflow(static_cast<Int128>(high), Int128{1} << 64, &mantissa) &&
        !__builtin_add_overflow(mantissa, static_cast<Int128>(low), &mantissa);
    const bool canonical = scale == 0 || (mantissa != 0 && scale <= 18 && mantissa % 10 != 0);
    if (!reader.ok() || !fits || !canonical) {
        ok = false;
        return {};
    }
    const auto value = Decimal::from_parts(mantissa, static_cast<unsigned>(scale));
    ok = ok && value.has_value();
    return value.value_or(Decimal{});
}

}  // namespace tapedeck::wire
