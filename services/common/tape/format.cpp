#include "tape/format.h"

#include "base/crc32c.h"
#include "base/verify.h"
#include "events/codec.h"

#include <openssl/evp.h>

#include <array>
#include <bit>
#include <cstring>

namespace tapedeck::tape {

static_assert(std::endian::native == std::endian::little, "the tape's integers are little-endian");

namespace {

template <class T>
void put(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T get(std::string_view bytes, std::size_t at) {
    T value{};
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

constexpr std::size_t kCrcOffset = 60;

using HeaderBytes = std::array<char, FrameHeader::kSize>;

/// On the stack: every frame's CRC is taken over it, on the way to the disk and back.
HeaderBytes bytes_of(const FrameHeader& header) {
    HeaderBytes bytes{};
    char* at = bytes.data();
    const auto put = [&](const auto& field) {
        std::memcpy(at, &field, sizeof field);
        at += sizeof field;
    };
    put(header.first_seq);
    put(header.count);
    put(header.epoch);
    put(header.recorded_at);
    put(header.raw_length);
    put(header.codec);
    put(header.prev_hash);
    put(header.hash);
    VERIFY(at == bytes.data() + bytes.size());
    return bytes;
}

}  // namespace

std::string to_hex(const Hash& hash) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const unsigned char byte : hash) {
        hex += kDigits[byte >> 4U];
        hex += kDigits[byte & 0xFU];
    }
    return hex;
}

Hash hash_from(std::string_view bytes) {
    Hash hash{};
    if (bytes.size() == hash.size()) std::memcpy(hash.data(), bytes.data(), hash.size());
    return hash;
}

Hash sha256(std::string_view bytes) {
    // Fetched once: EVP_sha256() would look the algorithm up at every call. Never freed, as threads
    // may hash until the process is gone.
    static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    VERIFY(kSha256 != nullptr);
    Hash hash{};
    unsigned size = 0;
    const int done = EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, kSha256, nullptr);
    VERIFY(done == 1 && size == hash.size());
    return hash;
}

std::string encode_header(const Header& header, std::string_view body) {
    std::string out;
    out.reserve(Header::kSize);
    put(out, Header::kMagic);
    put(out, header.type);
    put(out, header.lane);
    put(out, header.count);
    put(out, header.epoch);
    put(out, header.producer);
    put(out, header.producer_epoch);
    put(out, header.flags);
    put(out, header.a);
    put(out, header.b);
    put(out, header.c);
    put(out, header.sent_at);
    put(out, static_cast<std::uint32_t>(body.size()));
    put(out, std::uint32_t{0});
    const std::uint32_t crc = crc32c(body, crc32c(out));
    std::memcpy(out.data() + kCrcOffset, &crc, sizeof crc);
    VERIFY(out.size() == Header::kSize);
    return out;
}

Result<Header> decode_header(std::string_view bytes, std::string_view body) {
    if (bytes.size() != Header::kSize) {
        return fail(
            "a message header of " + std::to_string(bytes.size()) + " bytes; Tape Protocol has 64",
            ExitCode::Integrity);
    }
    if (get<std::uint32_t>(bytes, 0) != Header::kMagic) {
        return fail("a message that is not of Tape Protocol 1 (magic)", ExitCode::Integrity);
    }
    if (get<std::uint32_t>(bytes, 56) != body.size()) {
        return fail("a message whose body has another length than announced", ExitCode::Integrity);
    }
    std::string zeroed(bytes);
    std::memset(zeroed.data() + kCrcOffset, 0, sizeof(std::uint32_t));
    if (crc32c(body, crc32c(zeroed)) != get<std::uint32_t>(bytes, kCrcOffset)) {
        return fail("a message with a wrong CRC32C", ExitCode::Integrity);
    }
    Header header;
    header.type = get<MessageType>(bytes, 4);
    header.lane = get<std::uint8_t>(bytes, 5);
    header.count = get<std::uint16_t>(bytes, 6);
    header.epoch = get<std::uint32_t>(bytes, 8);
    header.producer = get<std::uint32_t>(bytes, 12);
    header.producer_epoch = get<std::uint32_t>(bytes, 16);
    header.flags = get<std::uint32_t>(bytes, 20);
    header.a = get<std::uint64_t>(bytes, 24);
    header.b = get<std::uint64_t>(bytes, 32);
    header.c = get<std::uint64_t>(bytes, 40);
    header.sent_at = get<std::int64_t>(bytes, 48);
    return header;
}

Hash frame_hash(std::uint64_t tape_id, const FrameHeader& header, std::string_view records) {
    std::string link = "tapedeck.frame.1";
    put(link, tape_id);
    link.append(as_bytes(header.prev_hash));
    put(link, header.first_seq);
    put(link, header.count);
    put(link, header.epoch);
    put(link, header.recorded_at);
    const Hash content =
        header.codec == kCodecLedger ? hash_from(records.substr(0, sizeof(Hash))) : sha256(records);
    link.append(as_bytes(content));
    return sha256(link);
}

std::optional<std::uint64_t> tape_id_begun(std::string_view records) {
    const auto prefix = read_prefix(records);
    if (!prefix) return std::nullopt;
    if (prefix->type != TapeStarted::kType && prefix->type != TapeBranched::kType) {
        return std::nullopt;
    }
    Recorded recorded;
    if (!decode_record(records, recorded)) return std::nullopt;
    const auto* started = recorded.event.as<TapeStarted>();
    return started != nullptr ? started->tape_id : recorded.event.as<TapeBranched>()->tape_id;
}

std::uint32_t frame_crc(const FrameHeader& header, std::string_view records) {
    const HeaderBytes bytes = bytes_of(header);
    return crc32c(records, crc32c({bytes.data(), bytes.size()}));
}

std::string encode_frame(const FrameHeader& header, std::string_view records) {
    const HeaderBytes bytes = bytes_of(header);
    std::string out;
    out.reserve(bytes.size() + records.size());
    out.append(bytes.data(), bytes.size());
    out.append(records);
    return out;
}

Result<FrameHeader> decode_frame_at(std::string_view bytes) {
    if (bytes.size() < FrameHeader::kSize) {
        return fail("a frame is cut short within its header", ExitCode::Integrity);
    }
    FrameHeader header;
    header.first_seq = get<std::uint64_t>(bytes, 0);
    header.count = get<std::uint32_t>(bytes, 8);
    header.epoch = get<std::uint32_t>(bytes, 12);
    header.recorded_at = get<std::int64_t>(bytes, 16);
    header.raw_length = get<std::uint32_t>(bytes, 24);
    header.codec = get<std::uint32_t>(bytes, 28);
    header.prev_hash = hash_from(bytes.substr(32, 32));
    header.hash = hash_from(bytes.substr(64, 32));
    const std::string name = "frame at seq " + std::to_string(header.first_seq);
    if (header.codec != kCodecRaw && header.codec != kCodecLedger) {
        return fail(
            name + " has codec " + std::to_string(header.codec) + ", which this build cannot read",
            ExitCode::Integrity);
    }
    if (header.raw_length > bytes.size() - FrameHeader::kSize) {
        return fail(name + " has another length than its header says", ExitCode::Integrity);
    }
    if (header.count == 0 || header.count > kMaxFrameRecords || header.first_seq == 0) {
        return fail(name + " has an impossible count or seq", ExitCode::Integrity);
    }
    return header;
}

Result<FrameHeader> decode_frame(std::string_view bytes, std::string_view& records) {
    const FrameHeader header = TRY(decode_frame_at(bytes));
    records = bytes.substr(FrameHeader::kSize);
    if (header.raw_length != records.size()) {
        return fail(
            "frame at seq " + std::to_string(header.first_seq) +
                " has another length than its header says",
            ExitCode::Integrity);
    }
    return header;
}

Result<> verify_link(std::uint64_t prev_seq, const Hash& prev_hash, const FrameHeader& header) {
    const std::string name = "frame at seq " + std::to_string(header.first_seq);
    if (header.first_seq != prev_seq + 1) {
        return fail(
            name + " does not follow seq " + std::to_string(prev_seq) + ": records are missing",
            ExitCode::Integrity);
    }
    if (header.prev_hash != prev_hash) {
        return fail(name + " does not link to the frame before it", ExitCode::Integrity);
    }
    return {};
}

Result<> verify_frame(
    std::uint64_t tape_id,
    std::uint64_t prev_seq,
    const Hash& prev_hash,
    const FrameHeader& header,
    std::string_view records) {
    TRY(verify_link(prev_seq, prev_hash, header));
    if (frame_hash(tape_id, header, records) != header.hash) {
        const std::string name = "frame at seq " + std::to_string(header.first_seq);
        return fail(name + " does not hash to what its header says", ExitCode::Integrity);
    }
    return {};
}

}  // namespace tapedeck::tape
