// Whatever comes, the codec answers with an event or an error; what it read it writes and reads
// again alike. Build with the `fuzz` preset (clang), then:
//     build/fuzz/bin/events_codec_fuzz -max_len=4096 corpus/
#include "base/verify.h"
#include "events/codec.h"
#include "events/print.h"
#include "events/state.h"
#include "events/wire.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck {
namespace {

std::string encoded(const Recorded& from) {
    std::string bytes;
    encode_record(
        bytes,
        from.producer,
        from.number,
        from.cause,
        from.event,
        {from.happened_at, from.received_at, from.source_key});
    return bytes;
}

void hold_to_its_word(const Recorded& recorded) {
    const std::string once = encoded(recorded);
    Recorded again;
    VERIFY(decode_record(once, again).has_value());
    VERIFY(encoded(again) == once);
    VERIFY(!to_json(recorded).empty());
    VERIFY(summary(recorded.event).find('\n') == std::string::npos);
}

template <AnEvent T>
void read_as(std::string_view bytes) {
    Recorded recorded;
    if (wire::get_message(bytes, recorded.event.emplace<T>())) hold_to_its_word(recorded);
    StateReader reader(bytes);
    T state;
    reader(state);
    StateWriter writer;
    writer(state);
}

using Read = void (*)(std::string_view);

template <class... Ts>
constexpr std::array<Read, sizeof...(Ts)> readers_of(const std::variant<Ts...>*) {
    return {&read_as<Ts>...};
}

constexpr auto kReaders = readers_of(static_cast<const AnyEvent*>(nullptr));

}  // namespace
}  // namespace tapedeck

/// The first byte chooses: 0 reads a whole record, others the fields of one kind of event.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tapedeck;
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] == 0) {
        Recorded recorded;
        if (decode_record(bytes, recorded)) hold_to_its_word(recorded);
    } else {
        kReaders[data[0] % kReaders.size()](bytes);
    }
    return 0;
}
