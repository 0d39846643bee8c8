// The bodies of Tape Protocol messages against proto/tapedeck/v1/protocol.proto, and protoc's
// classes.
#include "tape/protocol.h"

#include "events/test_descriptors.h"
#include "events/wire.h"

#include <gtest/gtest.h>
#include <tapedeck/v1/protocol.pb.h>

#include <string>

namespace tapedeck::tape {
namespace {

using ProtocolTest = descriptors::DescriptorTest;

TEST_F(ProtocolTest, EveryBodyAgreesWithItsMessageFieldByField) {
    expect_message<Hello>(*v1::Hello::descriptor());
    expect_message<Welcome>(*v1::Welcome::descriptor());
    const auto& file = *v1::Hello::descriptor()->file();
    for (int i = 0; i < file.message_type_count(); ++i) {
        EXPECT_TRUE(seen_.contains(file.message_type(i)->full_name()))
            << file.message_type(i)->name();
    }
}

TEST_F(ProtocolTest, ProtocsClassesReadOurBytesAndWriteThemAlike) {
    Hello hello;
    hello.name = "risk";
    hello.instance = "one";
    hello.tape_id = 0xABCDEF;
    hello.last_hash = std::string(32, '\xfe');
    hello.configuration = {{"risk.max_position", "2"}, {"risk.min", ""}};
    hello.decider = true;
    hello.clock_start = time_from_ns(-1);
    std::string bytes;
    wire::put_message(bytes, hello);
    v1::Hello message;
    ASSERT_TRUE(message.ParseFromString(bytes));
    EXPECT_EQ(message.name(), "risk");
    EXPECT_EQ(message.configuration_size(), 2);
    EXPECT_EQ(message.SerializeAsString(), bytes);
    Hello back;
    EXPECT_TRUE(wire::get_message(bytes, back));
    EXPECT_EQ(back, hello);
}

TEST_F(ProtocolTest, WelcomesComeBackWithEverybodyTheJournalKnows) {
    Welcome welcome;
    welcome.name = "risk";
    welcome.services = {{"risk", true, 9, 8, 2}, {"strategy", false, 0, 0, 1}};
    std::string bytes;
    wire::put_message(bytes, welcome);
    v1::Welcome message;
    ASSERT_TRUE(message.ParseFromString(bytes));
    EXPECT_EQ(message.services_size(), 2);
    EXPECT_EQ(message.SerializeAsString(), bytes);
    Welcome back;
    EXPECT_TRUE(wire::get_message(bytes, back));
    EXPECT_EQ(back, welcome);
}

}  // namespace
}  // namespace tapedeck::tape
