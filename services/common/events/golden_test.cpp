// Bytes of every event ever released decode: integration-tests/golden/events-v1.txt holds them, one
// line "name hex" per event and per shape it has had. Lines are added, never changed or removed:
//     TAPEDECK_WRITE_GOLDEN=1 build/dev/bin/events_test --gtest_filter='Golden*'
// appends those that are missing.
#include "events/test_samples.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>

namespace tapedeck {
namespace {

const std::string kPath = TAPEDECK_SOURCE_DIR "/integration-tests/golden/events-v1.txt";

std::string to_hex(const std::string& bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
        hex += kDigits[static_cast<unsigned char>(c) >> 4U];
        hex += kDigits[static_cast<unsigned char>(c) & 0xFU];
    }
    return hex;
}

std::string from_hex(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

std::multimap<std::string, std::string> golden() {
    std::multimap<std::string, std::string> lines;
    std::ifstream file(kPath);
    std::string name;
    std::string hex;
    while (file >> name >> hex) lines.emplace(name, from_hex(hex));
    return lines;
}

void append_missing() {
    const auto lines = golden();
    std::ofstream file(kPath, std::ios::app);
    for (const Event& event : samples::all(samples::Presence::Everything, 1)) {
        const std::string bytes = samples::record(event);
        const auto [first, last] = lines.equal_range(std::string(event.name()));
        const bool is_there =
            std::any_of(first, last, [&](const auto& line) { return line.second == bytes; });
        if (!is_there) file << event.name() << ' ' << to_hex(bytes) << '\n';
    }
}

TEST(GoldenTest, EveryEventEverReleasedDecodes) {
    if (std::getenv("TAPEDECK_WRITE_GOLDEN") != nullptr) append_missing();
    const auto lines = golden();
    ASSERT_FALSE(lines.empty()) << kPath;
    for (const auto& [name, bytes] : lines) {
        Recorded recorded;
        const auto size = decode_record(bytes, recorded);
        ASSERT_TRUE(size) << name << ": " << size.error().message;
        EXPECT_EQ(*size, bytes.size());
        EXPECT_EQ(recorded.event.name(), name);
        EXPECT_EQ(samples::record(recorded.event), bytes) << name << " is encoded otherwise now";
    }
}

TEST(GoldenTest, EveryEventHasALineOfItsPresentShape) {
    const auto lines = golden();
    for (const Event& event : samples::all(samples::Presence::Everything, 1)) {
        const auto [first, last] = lines.equal_range(std::string(event.name()));
        EXPECT_TRUE(std::any_of(
            first, last, [&](const auto& line) { return line.second == samples::record(event); }))
            << event.name() << " is new or has a new field: append its line (see this file's top)";
    }
}

TEST(GoldenTest, OnlyKnownEventsHaveLines) {
    for (const auto& [name, bytes] : golden()) {
        EXPECT_NE(type_by_name(name), 0) << name << " was removed: events are for ever";
    }
}

}  // namespace
}  // namespace tapedeck
