#include "execution/core/fill_ledger.h"

#include "testing/given.h"

namespace tapedeck::execution {
namespace {

using namespace tapedeck::testing;

class FillLedgerTest : public ::testing::Test {
protected:
    bool fold(Event event) {
        Recorded recorded;
        recorded.seq = last = last.next();
        recorded.event = std::move(event);
        return ledger.fold(recorded);
    }

    bool fill(Seq intent, std::uint64_t trade, std::string_view amount = "1") {
        OrderFilled event;
        event.intent = intent;
        event.trade_id = std::to_string(trade);
        event.quantity = quantity(amount);
        return fold(event);
    }

    Seq intend(std::string_view amount) {
        OrderIntended event;
        event.terms.quantity = quantity(amount);
        fold(event);
        return last;
    }

    FillLedger ledger;
    Seq last;
};

TEST_F(FillLedgerTest, RemembersTheFillsOfAnOpenOrderForEver) {
    const Seq open = intend("2");
    EXPECT_TRUE(fill(open, 1));
    for (std::uint64_t trade = 2; trade < 3 * FillLedger::kRecent; ++trade) fill({}, trade);
    EXPECT_FALSE(fill(open, 1));
}

TEST_F(FillLedgerTest, RemembersTheNewestFillsOfEndedOrders) {
    const Seq filled = intend("1");
    EXPECT_TRUE(fill(filled, 1));
    const Seq canceled = intend("2");
    EXPECT_TRUE(fill(canceled, 2));
    fold(OrderCanceled{canceled, quantity("1"), "requested", {}});
    for (std::uint64_t trade = 3; trade <= FillLedger::kRecent; ++trade) fill({}, trade);
    EXPECT_FALSE(fill(filled, 1));
    EXPECT_FALSE(fill(canceled, 2));
    EXPECT_TRUE(fill({}, FillLedger::kRecent + 1));
    EXPECT_FALSE(fill(canceled, 2));
    EXPECT_TRUE(fill(filled, 1));  // the oldest went
}

}  // namespace
}  // namespace tapedeck::execution
