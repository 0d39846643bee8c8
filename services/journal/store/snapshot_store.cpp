#include "journal/store/snapshot_store.h"

#include "base/crc32c.h"
#include "base/replace_file.h"
#include "tape/format.h"

#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tapedeck::journal {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "TDSNAP01";
constexpr std::string_view kSuffix = ".snapshot";
constexpr int kLevel = 3;
/// magic, fingerprint, CRC32C of the compressed bytes, size of the state, then the bytes.
constexpr std::size_t kHeaderSize = 8 + 32 + 4 + 8;

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

std::optional<std::string> read_file(const std::string& path, std::size_t most) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    file.seekg(0, std::ios::end);
    const auto size = std::min(most, static_cast<std::size_t>(file.tellg()));
    file.seekg(0);
    std::string bytes;
    bytes.resize(size);
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (bytes.size() < kHeaderSize || !bytes.starts_with(kMagic)) return std::nullopt;
    return bytes;
}

/// "risk-000000001000.snapshot" → risk, 1000.
std::optional<std::pair<std::string, Seq>> parse_name(const std::string& name) {
    if (!name.ends_with(kSuffix)) return std::nullopt;
    const std::string stem = name.substr(0, name.size() - kSuffix.size());
    const auto dash = stem.rfind('-');
    if (dash == std::string::npos || dash == 0) return std::nullopt;
    std::uint64_t seq = 0;
    const char* end = stem.data() + stem.size();
    const auto [rest, error] = std::from_chars(stem.data() + dash + 1, end, seq);
    if (error != std::errc{} || rest != end || seq == 0) return std::nullopt;
    return std::pair{stem.substr(0, dash), Seq{seq}};
}

/// The state in a file; nothing if it is damaged.
std::optional<std::string> unpacked(std::string_view file) {
    const std::string_view packed = file.substr(kHeaderSize);
    const auto size = get<std::uint64_t>(file, kHeaderSize - 8);
    if (crc32c(packed) != get<std::uint32_t>(file, kHeaderSize - 12)) return std::nullopt;
    if (size > tape::kSnapshotMax) return std::nullopt;
    std::string state(size, '\0');
    const std::size_t got = ZSTD_decompress(state.data(), size, packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != size) return std::nullopt;
    return state;
}

}  // namespace

Result<SnapshotStore> SnapshotStore::open(const std::string& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) return fail(directory + ": cannot make it: " + error.message());
    SnapshotStore store;
    store.directory_ = directory;
    for (fs::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        const std::string path = it->path().string();
        const auto parsed = parse_name(it->path().filename().string());
        const auto header = parsed ? read_file(path, kHeaderSize) : std::nullopt;
        if (header) {
            store.kept_[parsed->first][parsed->second] = {header->substr(kMagic.size(), 32)};
        } else if (path.ends_with(".new")) {
            ::unlink(path.c_str());
        }
    }
    if (error) return fail(directory + ": cannot read it: " + error.message());
    return store;
}

std::string SnapshotStore::path_of(const std::string& producer, Seq at) const {
    std::string digits = std::to_string(at.value);
    digits.insert(0, 12 - std::min<std::size_t>(12, digits.size()), '0');
    return directory_ + '/' + producer + '-' + digits + std::string(kSuffix);
}

Result<> SnapshotStore::keep(
    const std::string& producer, std::string_view fingerprint, Seq at, std::string_view state) {
    if (fingerprint.size() != 32 || producer.find('/') != std::string::npos) {
        return fail("a snapshot of nobody");
    }
    std::string packed;
    packed.resize(ZSTD_compressBound(state.size()));
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), state.data(), state.size(), kLevel);
    if (ZSTD_isError(size) != 0) return fail("zstd: " + std::string(ZSTD_getErrorName(size)));
    packed.resize(size);
    std::string file(kMagic);
    file.append(fingerprint);
    put(file, crc32c(packed));
    put(file, static_cast<std::uint64_t>(state.size()));
    file += packed;
    TRY(replace_file(path_of(producer, at), file));
    auto& kept = kept_[producer];
    kept[at] = {std::string(fingerprint)};
    while (kept.size() > kKept) forget(producer, kept.begin()->first);
    return {};
}

std::vector<Seq> SnapshotStore::seqs(
    const std::string& producer, std::string_view fingerprint) const {
    std::vector<Seq> found;
    const auto kept = kept_.find(producer);
    if (kept == kept_.end()) return found;
    for (auto it = kept->second.rbegin(); it != kept->second.rend(); ++it) {
        if (it->second.fingerprint == fingerprint) found.push_back(it->first);
    }
    return found;
}

std::optional<std::string> SnapshotStore::state(const std::string& producer, Seq at) {
    const std::string path = path_of(producer, at);
    const auto file = read_file(path, tape::kSnapshotMax + kHeaderSize);
    std::optional<std::string> state;
    if (file) state = unpacked(*file);
    if (!state) forget(producer, at);
    return state;
}

void SnapshotStore::forget(const std::string& producer, Seq at) {
    ::unlink(path_of(producer, at).c_str());
    const auto kept = kept_.find(producer);
    if (kept != kept_.end()) kept->second.erase(at);
}

std::optional<Seq> SnapshotStore::oldest() const {
    std::optional<Seq> oldest;
    for (const auto& [producer, kept] : kept_) {
        if (kept.empty()) return std::nullopt;
        const Seq first = kept.begin()->first;
        if (!oldest || first < *oldest) oldest = first;
    }
    return oldest;
}

}  // namespace tapedeck::journal
