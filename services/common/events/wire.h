#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/describe.h"

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Protocol Buffers wire format (protobuf.dev/programming-guides/encoding) for Described structs,
/// straight from and to their fields: one canonical form, fields ascending, defaults left out. The
/// vocabulary's test decodes it with protoc's own classes, and the other way round.
namespace tapedeck::wire {

enum class WireType : std::uint32_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

inline void put_varint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(value) | 0x80U));
        value >>= 7;
    }
    out.push_back(static_cast<char>(value));
}

constexpr std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

inline void put_tag(std::string& out, int number, WireType type) {
    put_varint(out, (static_cast<std::uint64_t>(number) << 3) | static_cast<std::uint64_t>(type));
}

/// A length-delimited field whose content `fill` appends.
template <class Fill>
void put_nested(std::string& out, int number, Fill&& fill) {
    put_tag(out, number, WireType::Bytes);
    const std::size_t at = out.size();
    out.push_back('\0');
    fill();
    std::uint64_t length = out.size() - at - 1;
    if (length < 0x80) {
        out[at] = static_cast<char>(length);
        return;
    }
    std::string prefix;
    put_varint(prefix, length);
    out.replace(at, 1, prefix);
}

void put_decimal(std::string& out, Decimal value);

template <class T>
concept IsAmount = requires(const T& t) {
    { t.decimal() } -> std::same_as<Decimal>;
};

template <Described T>
void put_message(std::string& out, const T& message);

/// Writes one field. With `always`, a default value is written as well (explicit presence).
template <class T>
void put_field(std::string& out, int number, const T& value, bool always = false) {
    if constexpr (std::is_same_v<T, std::string>) {
        if (value.empty() && !always) return;
        put_tag(out, number, WireType::Bytes);
        put_varint(out, value.size());
        out.append(value);
    } else if constexpr (std::is_same_v<T, Instrument>) {
        if (value.empty() && !always) return;
        put_tag(out, number, WireType::Bytes);
        put_varint(out, value.name().size());
        out.append(value.name());
    } else if constexpr (std::is_same_v<T, double>) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        if (bits == 0 && !always) return;
        put_tag(out, number, WireType::Fixed64);
        out.append(reinterpret_cast<const char*>(&bits), sizeof bits);
    } else if constexpr (std::is_same_v<T, Decimal>) {
        if (value.is_zero() && !always) return;
        put_nested(out, number, [&] { put_decimal(out, value); });
    } else if constexpr (IsAmount<T>) {
        put_field(out, number, value.decimal(), always);
    } else if constexpr (Described<T>) {
        put_nested(out, number, [&] { put_message(out, value); });
    } else {
        std::uint64_t bits = 0;
        if constexpr (std::is_same_v<T, Time>) {
            bits = static_cast<std::uint64_t>(to_ns(value));
        } else if constexpr (std::is_same_v<T, Duration>) {
            bits = static_cast<std::uint64_t>(value.count());
        } else if constexpr (std::is_same_v<T, Seq>) {
            bits = value.value;
        } else {
            static_assert(std::is_unsigned_v<T> || std::is_enum_v<T>, "no wire form for this type");
            bits = static_cast<std::uint64_t>(value);
        }
        if (bits == 0 && !always) return;
        put_tag(out, number, WireType::Varint);
        put_varint(out, bits);
    }
}

template <class T>
void put_field(std::string& out, int number, const std::optional<T>& value) {
    if (value) put_field(out, number, *value, true);
}

template <class T>
void put_field(std::string& out, int number, const std::vector<T>& values) {
    for (const auto& value : values) put_field(out, number, value, true);
}

template <Described T>
void put_message(std::string& out, const T& message) {
    for_each_field(message, [&](int number, std::string_view, const auto& member) {
        put_field(out, number, member);
    });
}

/// Reads fields from a message's bytes. After the first malformed byte ok() is false for good.
class Reader {
public:
    explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

    bool ok() const { return ok_; }

    /// The next field's number and type; false at the end or at damage.
    bool next() {
        if (at_ == end_ || !ok_) return false;
        const std::uint64_t tag = varint();
        number_ = static_cast<int>(tag >> 3);
        type_ = static_cast<WireType>(tag & 7U);
        if (tag >> 32 != 0 || number_ == 0) ok_ = false;
        return ok_;
    }

    int number() const { return number_; }

    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (at_ == end_) break;
            const auto byte = static_cast<unsigned char>(*at_++);
            if (shift == 63 && byte > 1) break;
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80) return value;
        }
        ok_ = false;
        return 0;
    }

    std::uint64_t varint_field() { return expect(WireType::Varint) ? varint() : 0; }

    std::uint64_t fixed64_field() {
        std::uint64_t value = 0;
        if (!expect(WireType::Fixed64)) return 0;
        if (end_ - at_ < 8) {
            ok_ = false;
            return 0;
        }
        std::memcpy(&value, at_, 8);
        at_ += 8;
        return value;
    }

    std::string_view bytes_field() { return expect(WireType::Bytes) ? take_bytes() : ""; }

    void skip() {
        switch (type_) {
            case WireType::Varint: varint(); return;
            case WireType::Fixed64: skip_bytes(8); return;
            case WireType::Bytes: take_bytes(); return;
            case WireType::Fixed32: skip_bytes(4); return;
        }
        ok_ = false;  // groups and unknown wire types
    }

    void refuse() { ok_ = false; }

private:
    bool expect(WireType type) {
        if (type_ != type) ok_ = false;
        return ok_;
    }

    std::string_view take_bytes() {
        const std::uint64_t size = varint();
        if (!ok_ || size > static_cast<std::uint64_t>(end_ - at_)) {
            ok_ = false;
            return {};
        }
        const std::string_view result(at_, size);
        at_ += size;
        return result;
    }

    void skip_bytes(std::ptrdiff_t count) {
        if (end_ - at_ < count) {
            ok_ = false;
        } else {
            at_ += count;
        }
    }

    const char* at_;
    const char* end_;
    int number_ = 0;
    WireType type_ = WireType::Varint;
    bool ok_ = true;
};

/// Refuses every form but the canonical one: trailing zeros, zero with a scale, scale above 18.
Decimal get_decimal(std::string_view bytes, bool& ok);

template <Described T>
bool get_message(std::string_view bytes, T& message);

template <class T>
void get_field(Reader& reader, T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        value.assign(reader.bytes_field());
    } else if constexpr (std::is_same_v<T, Instrument>) {
        auto parsed = Instrument::parse(reader.bytes_field());
        if (parsed) {
            value = *parsed;
        } else {
            reader.refuse();
        }
    } else if constexpr (std::is_same_v<T, double>) {
        value = std::bit_cast<double>(reader.fixed64_field());
    } else if constexpr (std::is_same_v<T, Decimal>) {
        bool ok = true;
        value = get_decimal(reader.bytes_field(), ok);
        if (!ok) reader.refuse();
    } else if constexpr (IsAmount<T>) {
        Decimal decimal;
        get_field(reader, decimal);
        value = T(decimal);
    } else if constexpr (Described<T>) {
        if (!get_message(reader.bytes_field(), value)) reader.refuse();
    } else if constexpr (std::is_same_v<T, Time>) {
        value = time_from_ns(static_cast<std::int64_t>(reader.varint_field()));
    } else if constexpr (std::is_same_v<T, Duration>) {
        value = Duration(static_cast<std::int64_t>(reader.varint_field()));
    } else if constexpr (std::is_same_v<T, Seq>) {
        value = Seq{reader.varint_field()};
    } else if constexpr (std::is_same_v<T, bool>) {
        value = reader.varint_field() != 0;
    } else {
        static_assert(std::is_unsigned_v<T> || std::is_enum_v<T>, "no wire form for this type");
        const std::uint64_t bits = reader.varint_field();
        value = static_cast<T>(bits);
        if (static_cast<std::uint64_t>(value) != bits) reader.refuse();
        if (std::is_enum_v<T> && bits == 0) reader.refuse();  // …_UNSPECIFIED is never sent
    }
}

template <class T>
void get_field(Reader& reader, std::optional<T>& value) {
    get_field(reader, value.emplace());
}

template <class T>
void get_field(Reader& reader, std::vector<T>& values) {
    get_field(reader, values.emplace_back());
}

/// What an absent field means on the wire: zero, whatever the struct's own default is.
template <class T>
void clear(T& value) {
    if constexpr (Described<T>) {
        for_each_field(value, [](int, std::string_view, auto& member) { clear(member); });
    } else {
        value = T{};
    }
}

/// Whether every enum has a value, in messages that were absent too: no order without a side.
template <Described T>
bool is_complete(const T& message) {
    bool complete = true;
    for_each_field(message, [&](int, std::string_view, const auto& member) {
        using Member = std::remove_cvref_t<decltype(member)>;
        if constexpr (std::is_enum_v<Member>) {
            complete = complete && static_cast<int>(member) != 0;
        } else if constexpr (Described<Member>) {
            complete = complete && is_complete(member);
        }
    });
    return complete;
}

/// False: malformed, or an enum that must be there is absent or 0. Unknown fields are skipped,
/// unknown enum numbers kept; of a field that comes twice the last one counts.
template <Described T>
bool get_message(std::string_view bytes, T& message) {
    clear(message);
    Reader reader(bytes);
    while (reader.next()) {
        bool known = false;
        for_each_field(message, [&](int number, std::string_view, auto& member) {
            if (number != reader.number() || known) return;
            known = true;
            get_field(reader, member);
        });
        if (!known) reader.skip();
    }
    return reader.ok() && is_complete(message);
}

}  // namespace tapedeck::wire
