// The repository keeps its own rules: docs in services/common/tidy/README.md.
#include "tidy/rules.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace tapedeck::tidy {
namespace {

TEST(TidyTest, TheRepositoryKeepsItsRules) {
    const auto files = read_repository(TAPEDECK_SOURCE_DIR);
    ASSERT_GT(files.size(), 50U) << "is " << TAPEDECK_SOURCE_DIR << " the repository?";
    std::string report;
    for (const auto& finding : check_all(files)) report += to_string(finding) + "\n";
    EXPECT_TRUE(report.empty()) << report;
}

TEST(TidyTest, DocsOfTheEventsAreUpToDate) {
    const std::string command =
        "python3 -B '" TAPEDECK_SOURCE_DIR "/docs/generate_events.py' --check 2>&1";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(
        ::popen(command.c_str(), "r"), ::pclose);
    ASSERT_NE(pipe, nullptr);
    std::string said;
    std::array<char, 512> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) said += buffer.data();
    EXPECT_EQ(said, "docs/events.md is up to date\n");
}

}  // namespace
}  // namespace tapedeck::tidy
