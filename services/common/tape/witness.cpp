#include "tape/witness.h"

#include "base/crc32c.h"
#include "base/replace_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tapedeck::tape {

namespace {

constexpr std::string_view kMagic = "tapedeck.witness.1";

/// One line, so that a person can read it: magic, tape id, epoch, seq, hash, CRC of all before.
std::string to_line(const Witness& witness) {
    std::ostringstream line;
    line << kMagic << ' ' << witness.tape_id << ' ' << witness.epoch << ' ' << witness.seq.value
         << ' ' << to_hex(witness.hash) << ' ';
    const std::string text = line.str();
    return text + std::to_string(crc32c(text)) + '\n';
}

std::optional<Hash> hash_from_hex(const std::string& hex) {
    Hash hash{};
    if (hex.size() != 2 * hash.size()) return std::nullopt;
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const std::string digits = hex.substr(2 * i, 2);
        if (digits.find_first_not_of("0123456789abcdef") != std::string::npos) return std::nullopt;
        hash[i] = static_cast<unsigned char>(std::stoul(digits, nullptr, 16));
    }
    return hash;
}

std::optional<Witness> from_line(const std::string& line) {
    std::istringstream in(line);
    std::string magic;
    std::string hex;
    Witness witness;
    if (!(in >> magic >> witness.tape_id >> witness.epoch >> witness.seq.value >> hex) ||
        magic != kMagic) {
        return std::nullopt;
    }
    const auto hash = hash_from_hex(hex);
    if (!hash) return std::nullopt;
    witness.hash = *hash;
    if (to_line(witness) != line) return std::nullopt;  // the CRC is part of the line
    return witness;
}

}  // namespace

Result<std::optional<Witness>> read_witness(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::optional<Witness>{};
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(path + ": cannot read the witness: " + std::strerror(errno));
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return from_line(text);
}

Result<> write_witness(const std::string& path, const Witness& witness) {
    return replace_file(path, to_line(witness));
}

}  // namespace tapedeck::tape
