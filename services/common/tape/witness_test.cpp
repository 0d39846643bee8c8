#include "tape/witness.h"

#include "testing/temporary_directory.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace tapedeck::tape {
namespace {

Witness some_witness() {
    Witness witness{.tape_id = 0xABCDEF012345, .epoch = 3, .seq = Seq{1'234'567}};
    for (std::size_t i = 0; i < witness.hash.size(); ++i) {
        witness.hash[i] = static_cast<unsigned char>(i * 7);
    }
    return witness;
}

TEST(WitnessTest, SaysAfterARestartWhatWasSeen) {
    const testing::TemporaryDirectory directory;
    const std::string path = directory / "witness";
    EXPECT_EQ(read_witness(path).value(), std::nullopt);
    ASSERT_TRUE(write_witness(path, some_witness()));
    EXPECT_EQ(read_witness(path).value(), some_witness());
    Witness later = some_witness();
    later.seq = Seq{2'000'000};
    ASSERT_TRUE(write_witness(path, later));
    EXPECT_EQ(read_witness(path).value(), later);
}

TEST(WitnessTest, NoByteOfItMayBeWrong) {
    const testing::TemporaryDirectory directory;
    const std::string path = directory / "witness";
    ASSERT_TRUE(write_witness(path, some_witness()));
    std::ifstream file(path, std::ios::binary);
    const std::string good{std::istreambuf_iterator<char>(file), {}};
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 1);
        directory.write("witness", bad);
        EXPECT_EQ(read_witness(path).value(), std::nullopt) << "byte " << i;
        directory.write("witness", good.substr(0, i));
        EXPECT_EQ(read_witness(path).value(), std::nullopt) << "cut at " << i;
    }
}

}  // namespace
}  // namespace tapedeck::tape
