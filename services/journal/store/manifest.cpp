#include "journal/store/manifest.h"

#include "tape/records.h"

#include <charconv>
#include <sstream>

namespace tapedeck::journal {

namespace {

constexpr std::string_view kTitle = "tapedeck.manifest.1";

void put(std::ostringstream& out, std::string_view name, const tape::ChainPosition& at) {
    out << name << ' ' << at.tape_id << ' ' << at.last_seq << ' ' << at.last_recorded_at << ' '
        << tape::to_hex(at.last_hash) << '\n';
}

auto not_whole() {
    return fail("its manifest is not whole", ExitCode::Integrity);
}

Result<tape::Hash> read_hash(std::istringstream& in) {
    std::string hex;
    in >> hex;
    return hash_from_hex(hex);
}

Result<tape::ChainPosition> read_position(std::istringstream& in, std::string_view name) {
    std::string word;
    tape::ChainPosition at;
    in >> word >> at.tape_id >> at.last_seq >> at.last_recorded_at;
    if (!in || word != name) return not_whole();
    at.last_hash = TRY(read_hash(in));
    return at;
}

}  // namespace

std::string Manifest::encode() const {
    std::ostringstream out;
    out << kTitle << '\n';
    put(out, "before", start.before);
    out << "previous_manifest " << tape::to_hex(start.previous_manifest) << '\n';
    put(out, "end", end);
    out << "first_recorded_at " << first_recorded_at << '\n';
    out << "frames " << frames << '\n';
    out << "merkle_root " << tape::to_hex(merkle_root) << '\n';
    for (const auto& [type, count] : count_by_type) out << "type " << type << ' ' << count << '\n';
    return out.str();
}

Result<Manifest> Manifest::parse(std::string_view text) {
    std::istringstream in{std::string(text)};
    Manifest manifest;
    std::string word;
    if (!(in >> word) || word != kTitle) return not_whole();
    manifest.start.before = TRY(read_position(in, "before"));
    in >> word;
    manifest.start.previous_manifest = TRY(read_hash(in));
    manifest.end = TRY(read_position(in, "end"));
    in >> word >> manifest.first_recorded_at >> word >> manifest.frames >> word;
    manifest.merkle_root = TRY(read_hash(in));
    std::uint16_t type = 0;
    std::uint64_t count = 0;
    while (in >> word >> type >> count) manifest.count_by_type[type] = count;
    // One way to write it: what parses and reads otherwise was tampered with.
    if (manifest.encode() != text) return not_whole();
    return manifest;
}

Result<> Tally::take(
    const tape::FrameHeader& header, std::string_view records, const tape::ChainPosition& end) {
    tape::RecordCursor cursor(header, records);
    while (TRY(cursor.next())) ++manifest_.count_by_type[cursor.prefix().type];
    if (manifest_.frames == 0) manifest_.first_recorded_at = header.recorded_at;
    manifest_.end = end;
    ++manifest_.frames;
    merkle_.add(header.hash);
    return {};
}

Manifest Tally::manifest() const {
    Manifest manifest = manifest_;
    manifest.merkle_root = merkle_.root();
    return manifest;
}

std::uint64_t Tally::count_of(std::uint16_t type) const {
    const auto found = manifest_.count_by_type.find(type);
    return found == manifest_.count_by_type.end() ? 0 : found->second;
}

Result<tape::Hash> hash_from_hex(std::string_view hex) {
    tape::Hash hash{};
    if (hex.size() != 2 * hash.size()) return fail("a hash has 64 digits", ExitCode::Integrity);
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const char* at = hex.data() + 2 * i;
        const auto [end, error] = std::from_chars(at, at + 2, hash[i], 16);
        if (error != std::errc{} || end != at + 2) {
            return fail("a hash has hexadecimal digits only", ExitCode::Integrity);
        }
    }
    return hash;
}

}  // namespace tapedeck::journal
