#include "events/codec.h"

#include "events/wire.h"

#include <array>
#include <cstring>

namespace tapedeck {

namespace {

constexpr int kHappenedField = 1;
constexpr int kReceivedField = 2;
constexpr int kSourceKeyField = 3;
constexpr int kFirstEventField = 16;  // what is below is the envelope's own, of this build or later
constexpr std::size_t kTypeLimit = 256;

struct Kind {
    std::string_view name;
    bool (*decode)(std::string_view bytes, Event& out) = nullptr;
};

template <AnEvent T>
bool decode_event(std::string_view bytes, Event& out) {
    return wire::get_message(bytes, out.emplace<T>());
}

template <class... Ts>
constexpr std::array<Kind, kTypeLimit> kinds_of(const std::variant<Ts...>*) {
    std::array<Kind, kTypeLimit> kinds{};
    ((kinds[Ts::kType] = Kind{Ts::kName, &decode_event<Ts>}), ...);
    return kinds;
}

constexpr auto kKinds = kinds_of(static_cast<const AnyEvent*>(nullptr));

const Kind* find_kind(std::uint16_t type) {
    if (type >= kTypeLimit || kKinds[type].decode == nullptr) return nullptr;
    return &kKinds[type];
}

template <class T>
void store(char* out, T value) {
    std::memcpy(out, &value, sizeof value);
}

template <class T>
T fetch(const char* in) {
    T value{};
    std::memcpy(&value, in, sizeof value);
    return value;
}

void write_prefix(char* out, const RecordPrefix& prefix) {
    store(out, prefix.body_length);
    store(out + 4, prefix.type);
    store(out + 6, prefix.flags);
    store(out + 8, prefix.instrument);
    store(out + 12, prefix.producer);
    store(out + 16, prefix.number);
    store(out + 24, prefix.cause);
}

Result<> decode_body(std::string_view body, const RecordPrefix& prefix, Recorded& out) {
    const auto bad = [&](const char* what) {
        return fail(
            "record of type " + std::to_string(prefix.type) + ", number " +
                std::to_string(prefix.number) + ": " + what,
            ExitCode::Integrity);
    };
    wire::Reader reader(body);
    std::int64_t happened = 0;
    std::int64_t received = 0;
    out.source_key.clear();
    bool has_event = false;
    while (reader.next()) {
        const int number = reader.number();
        if (number == kHappenedField) {
            happened = static_cast<std::int64_t>(reader.varint_field());
        } else if (number == kReceivedField) {
            received = static_cast<std::int64_t>(reader.varint_field());
        } else if (number == kSourceKeyField) {
            out.source_key.assign(reader.bytes_field());
        } else if (number < kFirstEventField) {
            reader.skip();
        } else if (number != prefix.type) {
            return bad("prefix and body name different events");
        } else {
            if (has_event) return bad("the body holds more than one event");
            const Kind* kind = find_kind(prefix.type);
            if (kind == nullptr) return bad("this build does not know the event");
            if (!kind->decode(reader.bytes_field(), out.event))
                return bad("the event is malformed");
            has_event = true;
        }
    }
    if (!reader.ok()) return bad("the envelope is malformed");
    if (!has_event) return bad("the body holds no event");
    out.happened_at = time_from_ns(happened);
    out.received_at = time_from_ns(received);
    return {};
}

}  // namespace

Instrument instrument_of(const Event& event) {
    return event.visit([](const auto& e) -> Instrument {
        if constexpr (requires { e.terms.instrument; }) {
            return e.terms.instrument;
        } else if constexpr (requires { e.instrument; }) {
            return e.instrument;
        } else {
            return {};
        }
    });
}

void encode_record(
    std::string& out,
    std::uint32_t producer,
    std::uint64_t number,
    Seq cause,
    const Event& event,
    const Origin& origin) {
    const std::size_t start = out.size();
    out.resize(start + RecordPrefix::kSize);
    wire::put_field(out, kHappenedField, origin.happened_at);
    wire::put_field(out, kReceivedField, origin.received_at);
    wire::put_field(out, kSourceKeyField, origin.source_key);
    event.visit([&](const auto& e) {
        wire::put_nested(
            out, std::remove_cvref_t<decltype(e)>::kType, [&] { wire::put_message(out, e); });
    });
    const RecordPrefix prefix{
        .body_length = static_cast<std::uint32_t>(out.size() - start - RecordPrefix::kSize),
        .type = event.type(),
        .instrument = instrument_of(event).filter(),
        .producer = producer,
        .number = number,
        .cause = cause.value};
    write_prefix(out.data() + start, prefix);
}

Result<RecordPrefix> read_prefix(std::string_view bytes) {
    if (bytes.size() < RecordPrefix::kSize) {
        return fail("a record is cut short within its prefix", ExitCode::Integrity);
    }
    const char* in = bytes.data();
    const RecordPrefix prefix{
        .body_length = fetch<std::uint32_t>(in),
        .type = fetch<std::uint16_t>(in + 4),
        .flags = fetch<std::uint16_t>(in + 6),
        .instrument = fetch<std::uint32_t>(in + 8),
        .producer = fetch<std::uint32_t>(in + 12),
        .number = fetch<std::uint64_t>(in + 16),
        .cause = fetch<std::uint64_t>(in + 24)};
    if (bytes.size() - RecordPrefix::kSize < prefix.body_length) {
        return fail("a record is cut short within its body", ExitCode::Integrity);
    }
    return prefix;
}

Result<std::size_t> decode_record(std::string_view bytes, Recorded& out) {
    const RecordPrefix prefix = TRY(read_prefix(bytes));
    TRY(decode_body(bytes.substr(RecordPrefix::kSize, prefix.body_length), prefix, out));
    if (instrument_of(out.event).filter() != prefix.instrument) {
        return fail(
            "record number " + std::to_string(prefix.number) +
                ": prefix and body name different instruments",
            ExitCode::Integrity);
    }
    out.producer = prefix.producer;
    out.number = prefix.number;
    out.cause = Seq{prefix.cause};
    return RecordPrefix::kSize + prefix.body_length;
}

bool is_known_type(std::uint16_t type) {
    return find_kind(type) != nullptr;
}

std::uint16_t type_by_name(std::string_view name) {
    for (std::size_t type = 0; type < kTypeLimit; ++type) {
        if (!name.empty() && kKinds[type].name == name) return static_cast<std::uint16_t>(type);
    }
    return 0;
}

std::string_view name_of_type(std::uint16_t type) {
    const Kind* kind = find_kind(type);
    return kind == nullptr ? std::string_view{} : kind->name;
}

}  // namespace tapedeck
