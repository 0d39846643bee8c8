#include "venues/kraken/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tapedeck::kraken {
namespace {

using ::testing::HasSubstr;

Settings accounts(const std::string& at_venue, const std::string& on_paper) {
    Settings settings;
    settings.set("kraken.account", at_venue);
    settings.set("paper.account", on_paper);
    return settings;
}

TEST(KrakenSettings, AnAccountHasOneVenue) {
    const auto clash = account_clash(accounts("main", "main"));
    ASSERT_TRUE(clash.has_value());
    EXPECT_THAT(*clash, HasSubstr("\"main\" is the paper venue's account too"));
    EXPECT_FALSE(account_clash(accounts("main", "paper")).has_value());
    EXPECT_FALSE(account_clash(accounts("", "")).has_value());
}

}  // namespace
}  // namespace tapedeck::kraken
