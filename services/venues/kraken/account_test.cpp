#include "venues/kraken/account_story_test.h"

#include <random>

// Orders as the stream and the answers tell of them. The cases that others are known to have met
// are in failures_of_others_test.cpp.
namespace tapedeck::kraken::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kAdded =
    R"({"method":"add_order","req_id":1,"success":true,"result":{"order_id":"OX"}})";

std::string refused(const std::string& method, const std::string& text) {
    return R"({"method":")" + method + R"(","req_id":1,"success":false,"error":")" + text + "\"}";
}

TEST(AccountTest, FollowsAnOrderFromTheStreamAlone) {
    AccountStory story;
    const Seq intent = story.intend();
    const std::string name = client_id(intent);
    EXPECT_THAT(
        told(story.stream({report("OA", name, std::string(kPendingNew))})),
        ElementsAre("OrderAccepted OA"));
    EXPECT_THAT(
        story.stream({report("OA", name, R"("exec_type":"new","order_status":"new")")}), IsEmpty());
    const auto filled = only<OrderFilled>(story.stream({report("OA", "", trade("T1"))}));
    ASSERT_EQ(filled.size(), 1U);
    EXPECT_EQ(filled[0].intent, intent);
    EXPECT_EQ(filled[0].strategy, "macd");
    EXPECT_EQ(filled[0].quantity, quantity("0.4"));
    EXPECT_EQ(filled[0].fee, money("32.5"));
    EXPECT_EQ(filled[0].fee_currency, "USD");
    EXPECT_EQ(filled[0].liquidity, Liquidity::Maker);
    const auto canceled = only<OrderCanceled>(
        story.stream({report("OA", name, ended("canceled", "0.4", "User requested"))}));
    ASSERT_EQ(canceled.size(), 1U);
    EXPECT_EQ(canceled[0].filled, quantity("0.4"));
    EXPECT_EQ(canceled[0].reason, "requested");
}

TEST(AccountTest, EveryFactNamesTheMessageThatProvesIt) {
    AccountStory story;
    const Seq intent = story.intend();
    const auto said = story.stream(
        {report("OA", client_id(intent), std::string(kPendingNew)), report("OA", "", trade("T1"))});
    const Seq evidence = story.tape()[story.tape().size() - 3].seq;
    ASSERT_EQ(said.size(), 2U);
    EXPECT_EQ(said[0].as<OrderAccepted>()->evidence, evidence);
    EXPECT_EQ(said[1].as<OrderFilled>()->evidence, evidence);
}

TEST(AccountTest, AStreamMessageThatComesBeforeTheAnswerCounts) {
    AccountStory story;
    const Seq intent = story.intend();
    story.stream({report("OX", client_id(intent), std::string(kPendingNew))});
    EXPECT_THAT(story.answer(intent, kAdded), IsEmpty());
}

TEST(AccountTest, AnAnswerThatComesBeforeTheStreamCounts) {
    AccountStory story;
    const Seq intent = story.intend();
    EXPECT_THAT(told(story.answer(intent, kAdded)), ElementsAre("OrderAccepted OX"));
    EXPECT_THAT(
        story.stream({report("OX", client_id(intent), std::string(kPendingNew))}), IsEmpty());
}

TEST(AccountTest, OnlyATextThatProvesARefusalRejects) {
    AccountStory story;
    const Seq poor = story.intend();
    EXPECT_THAT(
        told(story.answer(poor, refused("add_order", "EOrder:Insufficient funds"))),
        ElementsAre("OrderRejected insufficient_funds"));
    for (const char* text :
         {"EService:Busy",
          "EService:Unavailable",
          "EService:Deadline elapsed",
          "EGeneral:Internal error",
          "EOrder:Something new"}) {
        EXPECT_THAT(story.answer(story.intend(), refused("add_order", text)), IsEmpty()) << text;
    }
}

TEST(AccountTest, AnHttpErrorIsNoAnswer) {
    AccountStory story;
    const Seq intent = story.intend();
    for (const std::uint32_t status : {502U, 520U, 429U, 403U}) {
        story.with_status(status);
        EXPECT_THAT(story.rest(intent, "AddOrder", "<html>"), IsEmpty()) << status;
    }
    story.with_status(200);
    EXPECT_THAT(story.rest(intent, "AddOrder", "{\"error\":[],"), IsEmpty()) << "half an answer";
}

TEST(AccountTest, ATimeoutAfterTheBytesLeftIsNoRejection) {
    AccountStory story;
    const Seq intent = story.intend();
    auto failed = no_answer(intent);
    failed.was_written = true;
    EXPECT_THAT(story.play(failed), IsEmpty());
    failed.was_written = false;
    EXPECT_THAT(told(story.play(failed)), ElementsAre("OrderRejected not_sent"));
}

TEST(AccountTest, ARefusalOfAnOrderThatTheStreamHasNamedRejectsNothing) {
    AccountStory story;
    const Seq intent = story.open();
    EXPECT_THAT(
        told(story.answer(intent, refused("add_order", "EOrder:Insufficient funds"))),
        ElementsAre("DiscrepancyFound refused_but_there"));
}

TEST(AccountTest, ACancelRefusedSaysNothingOfTheOrder) {
    AccountStory story;
    const Seq intent = story.open();
    const Seq cancel = story.request(OrderCancelRequested{intent, "operator"});
    EXPECT_THAT(
        told(story.answer(cancel, refused("cancel_order", "EOrder:Unknown order"))),
        ElementsAre("OrderCancelRejected unknown_order"));
    EXPECT_THAT(story.answer(cancel, refused("cancel_order", "EService:Busy")), IsEmpty())
        << "not even refused";
    EXPECT_FALSE(story.decider().find(intent)->is_ended);
}

TEST(AccountTest, ACancelCarriedOutEndsNothingUntilTheVenueSaysWhatWasFilled) {
    AccountStory story;
    const Seq intent = story.open();
    const Seq cancel = story.request(OrderCancelRequested{intent, "operator"});
    EXPECT_THAT(story.rest(cancel, "CancelOrder", envelope(R"({"count":1})")), IsEmpty());
    EXPECT_FALSE(story.decider().find(intent)->is_ended);
}

TEST(AccountTest, AFillAfterTheCancelIsAFill) {
    AccountStory story;
    const Seq intent = story.open();
    const auto id = AccountStory::id_of(intent);
    story.stream({report(id, "", ended("canceled", "0.4", "User requested"))});
    EXPECT_THAT(told(story.stream({report(id, "", trade("T1"))})), ElementsAre("OrderFilled T1"));
}

TEST(AccountTest, EachFillCountsOnceByWhicheverWayItComes) {
    AccountStory story;
    const Seq intent = story.open();
    const auto id = AccountStory::id_of(intent);
    EXPECT_THAT(told(story.stream({report(id, "", trade("T1"))})), ElementsAre("OrderFilled T1"));
    EXPECT_THAT(story.stream({report(id, "", trade("T1"))}, 1), IsEmpty()) << "by snapshot";
    const auto said =
        only<OrderFilled>(story.reconcile(1, "", "", listed_trade("T1", id)));  // and by REST
    EXPECT_THAT(said, IsEmpty());
    EXPECT_EQ(story.decider().find(intent)->filled, quantity("0.4"));
}

TEST(AccountTest, AStatusIsNoFill) {
    AccountStory story;
    const Seq intent = story.open();
    const auto said =
        story.stream({report(AccountStory::id_of(intent), "", ended("filled", "1.0"))});
    EXPECT_THAT(told(said), ElementsAre("OrderStatusReported filled"));
    EXPECT_EQ(only<OrderStatusReported>(said)[0].filled, quantity("1"));
}

TEST(AccountTest, TheLastFillEndsAnOrderWithoutAWord) {
    AccountStory story;
    const Seq intent = story.open();
    const auto id = AccountStory::id_of(intent);
    story.stream({report(id, "", trade("T1", "1.0"))});
    EXPECT_TRUE(story.decider().find(intent)->is_ended);
    EXPECT_THAT(story.stream({report(id, "", ended("filled", "1.0"))}), IsEmpty());
}

TEST(AccountTest, ASecondVenueIdIsAlertedAlsoWhenTheFirstHasEnded) {
    AccountStory story;
    const Seq canceled = story.open();
    story.stream({report(AccountStory::id_of(canceled), "", ended("canceled"))});
    const Seq filled = story.open();
    story.stream({report(AccountStory::id_of(filled), "", trade("T1", "1.0"))});
    for (const Seq intent : {canceled, filled}) {
        const std::string twin = "OTWIN" + std::to_string(intent.value);
        EXPECT_THAT(
            told(story.stream({report(twin, client_id(intent), std::string(kPendingNew))})),
            ElementsAre("OrderAccepted " + twin, "DiscrepancyFound two_venue_orders"));
    }
}

TEST(AccountTest, AnAmendmentIsSaidOnceByWhicheverCameFirst) {
    AccountStory story;
    const Seq intent = story.open();
    const Seq amend =
        story.request(OrderAmendRequested{intent, quantity("0.7"), price("39000"), {}, "resize"});
    const auto said = only<OrderAmended>(story.answer(
        amend, R"({"method":"amend_order","req_id":1,"success":true,"result":{"amend_id":"TA"}})"));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].quantity, quantity("0.7"));
    EXPECT_EQ(said[0].limit_price, price("39000"));
    const std::string amended =
        R"("exec_type":"amended","order_status":"new","order_qty":0.7,"limit_price":39000.0)";
    EXPECT_THAT(story.stream({report(AccountStory::id_of(intent), "", amended)}), IsEmpty());
}

TEST(AccountTest, AnAmendmentRefusedSaysNothingOfTheOrder) {
    AccountStory story;
    const Seq intent = story.open();
    const Seq amend = story.request(OrderAmendRequested{intent, {}, price("1"), {}, "resize"});
    EXPECT_THAT(
        told(story.answer(amend, refused("amend_order", "EOrder:Invalid price"))),
        ElementsAre("OrderAmendRejected invalid_price"));
    EXPECT_EQ(story.decider().find(intent)->terms.limit_price, price("40000"));
}

TEST(AccountTest, PartialReportsArePutTogether) {
    AccountStory story;
    const Seq intent = story.open();
    const auto said = only<OrderAmended>(story.stream({report(
        AccountStory::id_of(intent),
        "",
        R"("exec_type":"amended","order_status":"new","limit_price":41000.0)")}));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].quantity, quantity("1"));
    EXPECT_EQ(said[0].limit_price, price("41000"));
}

TEST(AccountTest, AnOrderThatTheTapeDoesNotKnowIsExternal) {
    AccountStory story;
    const std::string order = report("OEXT", "", std::string(kPendingNew));
    const auto said = only<ExternalOrderFound>(story.stream({order}));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].instrument, instrument("kraken:BTC/USD"));
    EXPECT_EQ(said[0].quantity, quantity("1"));
    EXPECT_EQ(said[0].price, price("40000"));
    EXPECT_THAT(story.stream({order}), IsEmpty()) << "said once";
    const auto filled = only<OrderFilled>(story.stream({report("OEXT", "", trade("T9"))}));
    ASSERT_EQ(filled.size(), 1U) << "it moves what the account holds";
    EXPECT_FALSE(filled[0].intent.exists());
    EXPECT_EQ(filled[0].strategy, "external");
}

TEST(AccountTest, AnIdFromBeyondTheTapeProvesThatTheTapeLostData) {
    AccountStory story;
    EXPECT_THAT(
        told(story.stream({report("OLOST", client_id(Seq{9999}), std::string(kPendingNew))})),
        ElementsAre("DiscrepancyFound client_order_id_beyond_tape", "ExternalOrderFound OLOST"));
}

TEST(AccountTest, AnIdOfAnotherTapeIsNotOurs) {
    AccountStory story;
    const Seq intent = story.intend();
    EXPECT_THAT(
        told(story.stream({report("OX", client_id(intent, 77), std::string(kPendingNew))})),
        ElementsAre("ExternalOrderFound OX"));
}

TEST(AccountTest, OrdersKeepTheNameThatTheyWereSentUnderWhenTheTapeBranches) {
    AccountStory story;
    const Seq before = story.intend();
    story.play(TapeBranched{kTapeId, story.last_seq(), "", 0x1234, "a tail was lost"});
    const Seq after = story.intend();
    EXPECT_EQ(story.decider().client_order_id_of(after), client_id(after, 0x1234));
    EXPECT_THAT(
        told(story.stream({report("OA", client_id(before), std::string(kPendingNew))})),
        ElementsAre("OrderAccepted OA"));
    // Sent by whoever went on with the old tape: not by this one.
    EXPECT_THAT(
        told(story.stream({report("OB", client_id(after), std::string(kPendingNew))})),
        ElementsAre("ExternalOrderFound OB"));
}

TEST(AccountTest, AFillWaitsForItsOrder) {
    AccountStory story;
    const Seq intent = story.intend();
    EXPECT_THAT(story.stream({report("OX", "", trade("T1"))}), IsEmpty());
    EXPECT_THAT(
        told(story.answer(intent, kAdded)), ElementsAre("OrderAccepted OX", "OrderFilled T1"));
}

TEST(AccountTest, ProofOfLifeBringsARejectedOrderBack) {
    AccountStory story;
    const Seq intent = story.intend();
    story.answer(intent, refused("add_order", "EOrder:Insufficient funds"));
    EXPECT_THAT(
        told(story.stream({report("OX", client_id(intent), std::string(kPendingNew))})),
        ElementsAre("OrderAccepted OX"));
    EXPECT_FALSE(story.decider().find(intent)->is_ended);
}

TEST(AccountTest, WhatWasConcludedAndNotRecordedIsSaidAtTheNextStart) {
    AccountStory story;
    const Seq intent = story.intend();
    VenueMessageReceived message;
    message.venue = "kraken";
    message.account = "main";
    message.channel = "executions";
    message.set_text(frame({report("OX", client_id(intent), std::string(kPendingNew))}));
    story.given(message);  // durable, but what follows died with the process
    const auto start = started("execution.kraken", {{"kraken.account", "main"}});
    EXPECT_THAT(told(story.play(start)), ElementsAre("OrderAccepted OX"));
    EXPECT_THAT(story.play(start), IsEmpty());
}

TEST(AccountTest, MessagesOfOtherAccountsAndVenuesAreNotItsBusiness) {
    AccountStory story;
    const Seq intent = story.intend();
    VenueMessageReceived message;
    message.venue = "kraken";
    message.account = "other";
    message.channel = "executions";
    message.set_text(frame({report("OX", client_id(intent), std::string(kPendingNew))}));
    EXPECT_THAT(story.play(message), IsEmpty());
}

TEST(AccountTest, WhatCannotBeReadIsADoubtAndNothingElse) {
    AccountStory story;
    VenueMessageReceived message;
    message.channel = "executions";
    EXPECT_THAT(
        told(story.hears(message, "{")), ElementsAre("DiscrepancyFound message_unreadable"));
    EXPECT_THAT(
        told(story.hears(message, std::string(VenueMessageReceived::kTextMax + 1, 'x'))),
        ElementsAre("DiscrepancyFound message_cut"));
}

/// Anything that a venue, or a tape gone wild, may say of any order, in any order.
TEST(AccountTest, NothingOnTheTapeEndsItAndASnapshotGoesOnAlike) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        std::mt19937_64 random(seed);
        AccountStory story;
        const auto pick = [&](std::uint64_t below) { return random() % below; };
        std::vector<Seq> intents;
        intents.reserve(6);
        for (int i = 0; i < 6; ++i) intents.push_back(story.intend());
        for (int i = 0; i < 400; ++i) {
            const Seq intent = intents[pick(intents.size())];
            const std::string id = "O" + std::to_string(pick(9));
            const std::string name = pick(2) == 0 ? client_id(intent) : "";
            const std::string huge = "170000000000000000000";
            switch (pick(10)) {
                case 0: story.stream({report(id, name, std::string(kPendingNew))}); break;
                case 1:
                    story.stream({report(id, name, trade("T" + std::to_string(pick(30))))});
                    break;
                case 2: story.stream({report(id, name, ended("canceled", "0.1"))}); break;
                case 3: story.stream({report(id, name, trade("TH", huge))}); break;
                case 4: story.stream({report(id, name, ended("filled", huge))}); break;
                case 5: story.answer(intent, kAdded); break;
                case 6: story.answer(intent, refused("add_order", "EOrder:Invalid price")); break;
                case 7: story.request(OrderQueryRequested{intent, 1}); break;
                case 8:
                    story.rest(
                        story.last_seq(),
                        "OpenOrders",
                        envelope(R"({"open":{)" + listed_order(id, name, "open", huge) + "}}"));
                    break;
                default:
                    story.reconcile(
                        static_cast<std::uint32_t>(pick(5)),
                        "",
                        listed_order(id, name, "closed", "1.0"),
                        listed_trade("T3", id));
            }
        }
        const auto& tape = story.tape();
        const std::size_t cut = pick(tape.size());
        AccountBooks first;
        for (std::size_t i = 0; i < cut; ++i) first.apply(tape[i]);
        StateWriter snapshot;
        first.save(snapshot);
        AccountBooks second;
        StateReader reader(snapshot.bytes());
        ASSERT_TRUE(second.load(reader));
        ASSERT_TRUE(reader.at_end());
        for (std::size_t i = cut; i < tape.size(); ++i) second.apply(tape[i]);
        StateWriter writer;
        second.save(writer);
        EXPECT_EQ(writer.bytes(), story.state()) << "seed " << seed << ", cut " << cut;
    }
}

}  // namespace
}  // namespace tapedeck::kraken::testing
