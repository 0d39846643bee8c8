// Whatever comes over a socket or from a disk, the decoders of Tape Protocol answer with a value or
// an error; what they have read, they write again alike. Build with the `fuzz` preset (clang),
// then:
//     build/fuzz/bin/tape_format_fuzz -max_len=4096 corpus/
#include "base/verify.h"
#include "events/codec.h"
#include "events/wire.h"
#include "tape/follower.h"
#include "tape/format.h"
#include "tape/protocol.h"
#include "testing/fuzz_seeds.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tapedeck::tape {
namespace {

void read_records(std::string_view records) {
    while (const auto prefix = read_prefix(records)) {
        Recorded recorded;
        const auto size = decode_record(records, recorded);
        VERIFY(!size || *size == RecordPrefix::kSize + prefix->body_length);
        records.remove_prefix(RecordPrefix::kSize + prefix->body_length);
    }
}

void read_message(std::string_view bytes) {
    const auto split = std::min(bytes.size(), Header::kSize);
    const auto body = bytes.substr(split);
    const auto header = decode_header(bytes.substr(0, split), body);
    if (header) VERIFY(encode_header(*header, body) == bytes.substr(0, split));
}

void read_frame(std::string_view bytes) {
    std::string_view records;
    const auto frame = decode_frame(bytes, records);
    if (!frame) return;
    VERIFY(encode_frame(*frame, records) == bytes);
    read_records(records);
    // The fuzzer sees the hash in the comparison, and may well make a frame that links. But then no
    // other one does under the same hash.
    if (!verify_frame(1, frame->first_seq - 1, kGenesisHash, *frame, records)) return;
    FrameHeader later = *frame;
    ++later.recorded_at;
    VERIFY(!verify_frame(1, frame->first_seq - 1, kGenesisHash, later, records));
    VERIFY(!verify_frame(2, frame->first_seq - 1, kGenesisHash, *frame, records));
}

template <class T>
void read_body(std::string_view bytes) {
    T value;
    if (!wire::get_message(bytes, value)) return;
    std::string written;
    wire::put_message(written, value);
    T again;
    VERIFY(wire::get_message(written, again) && again == value);
}

/// A follower is fed what a broken or hostile journal might say.
void follow(std::string_view bytes) {
    Follower follower;
    Duration now{};
    while (!bytes.empty()) {
        const auto kind = static_cast<unsigned char>(bytes.front());
        const auto length = std::min<std::size_t>(bytes.size(), 1 + kind / 2);
        const auto body = bytes.substr(1, length - 1);
        Header header{.type = kind % 2 == 0 ? MessageType::Frame : MessageType::ReplayData};
        header.a = body.size();
        if (kind % 7 == 0) header.type = MessageType::Watermark;
        const bool ok =
            (kind % 2 == 0 ? follower.on_live(header, body) : follower.on_replay(header, body))
                .has_value();
        if (!ok) return;
        static_cast<void>(follower.next_request(now += std::chrono::seconds(1)));
        bytes.remove_prefix(length);
    }
}

std::string a_record() {
    std::string record;
    encode_record(record, 1, 1, Seq{}, ClockTicked{time_from_ns(1)});
    return record;
}

std::string a_frame() {
    const std::string records = a_record();
    FrameHeader header;
    header.first_seq = 1;
    header.count = 1;
    header.raw_length = static_cast<std::uint32_t>(records.size());
    return encode_frame(header, records);
}

std::vector<std::string> seeds() {
    const Header header{.type = MessageType::Beat};
    std::string hello;
    wire::put_message(hello, Hello{.name = "risk", .instance = "1"});
    std::string welcome;
    wire::put_message(welcome, Welcome{.name = "risk"});
    return {
        std::string(1, '\0') + encode_header(header, "body") + "body",
        "\1" + a_frame(),
        "\2" + a_record() + a_record(),
        "\3" + hello,
        "\4" + welcome,
        "\5" + a_frame()};
}

}  // namespace
}  // namespace tapedeck::tape

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    tapedeck::testing::write_seeds(*argc, *argv, tapedeck::tape::seeds());
    return 0;
}

/// The first byte chooses the decoder.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tapedeck::tape;
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 6) {
        case 0: read_message(bytes); break;
        case 1: read_frame(bytes); break;
        case 2: read_records(bytes); break;
        case 3: read_body<Hello>(bytes); break;
        case 4: read_body<Welcome>(bytes); break;
        default: follow(bytes); break;
    }
    return 0;
}
