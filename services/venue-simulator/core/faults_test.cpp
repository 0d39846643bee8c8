#include "venue-simulator/core/venue_fixture.h"

namespace tapedeck::venue_simulator {
namespace {

const std::string kOrder = "pair=XBTUSD&type=buy&ordertype=limit&volume=0.1&price=50000&cl_ord_id=";

class FaultsTest : public VenueFixture {
protected:
    std::string buy(const std::string& client_id) { return post("AddOrder", kOrder + client_id); }

    void rule(const std::string& json) {
        const std::string said = admin("rules", json);
        ASSERT_NE(said.find("\"id\""), std::string::npos) << said;
    }

    /// How many orders of this client id the venue has ever taken.
    std::size_t count(const std::string& client_id) {
        const std::string all = get("/admin/orders?cl_ord_id=" + client_id);
        std::size_t found = 0;
        for (auto at = all.find("\"id\":"); at != std::string::npos;
             at = all.find("\"id\":", at + 1)) {
            ++found;
        }
        return found;
    }

    Delivery::Kind kind_of_last() {
        for (auto& delivery : venue_->take(now_)) said_.push_back(std::move(delivery));
        const Delivery last = said_.back();
        EXPECT_EQ(last.id, last_id_);
        said_.clear();
        return last.kind;
    }

    SocketId private_socket() {
        const SocketId id = open();
        token_ = token();
        say(id,
            R"({"method":"subscribe","params":{"channel":"executions","token":")" + token_ +
                R"("}})");
        heard(id);
        return id;
    }

    std::string socket_order(const std::string& client_id) {
        return R"({"method":"add_order","params":{"symbol":"BTC/USD","side":"buy",)"
               R"("order_type":"limit","order_qty":0.1,"limit_price":50000,"cl_ord_id":")" +
               client_id + R"(","token":")" + token_ + R"("}})";
    }

    std::string token_;
};

TEST_F(FaultsTest, ATimeoutMayHideAnOrderOrNone) {
    rule(R"({"fault":"no_answer","method":"AddOrder","count":1})");
    EXPECT_EQ(buy("none"), "nothing");
    EXPECT_EQ(count("none"), 0U);
    rule(R"({"fault":"no_answer","method":"AddOrder","count":1,"took_effect":true})");
    EXPECT_EQ(buy("hidden"), "nothing");
    EXPECT_EQ(count("hidden"), 1U);
    EXPECT_NE(buy("third").find("txid"), std::string::npos);
}

TEST_F(FaultsTest, AnErrorMayBeAHalfTruth) {
    rule(R"({"fault":"unavailable","method":"AddOrder","count":1,"took_effect":true})");
    EXPECT_EQ(buy("a"), R"({"error":["EService:Unavailable"]})");
    EXPECT_EQ(count("a"), 1U);
    rule(R"({"fault":"throttled","method":"AddOrder","count":1})");
    EXPECT_EQ(buy("b"), R"({"error":["EService: Throttled: 1700000000"]})");
    EXPECT_EQ(count("b"), 0U);
    rule(R"({"fault":"invalid_nonce","method":"AddOrder","pair":"ETHUSD"})");
    EXPECT_NE(buy("c").find("txid"), std::string::npos);
}

TEST_F(FaultsTest, AGatewaysPageAndACutConnectionAreNoAnswers) {
    rule(R"({"fault":"http_error","method":"AddOrder","count":1,"status":520,"took_effect":true})");
    venue_->request(
        ++last_id_, signed_call("AddOrder", "nonce=2000&" + kOrder + "a", "2000"), now_);
    const auto said = venue_->take(now_);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].status, 520U);
    EXPECT_EQ(said[0].type, "text/html; charset=UTF-8");
    EXPECT_EQ(said[0].text.find("<!DOCTYPE html>"), 0U);
    nonce_ = 3000;
    EXPECT_EQ(count("a"), 1U);
    rule(R"({"fault":"drop","method":"AddOrder","count":1})");
    venue_->request(
        ++last_id_, signed_call("AddOrder", "nonce=4000&" + kOrder + "b", "4000"), now_);
    EXPECT_EQ(kind_of_last(), Delivery::Kind::DropIt);
    EXPECT_EQ(count("b"), 0U);
    rule(R"({"fault":"cut_answer","method":"AddOrder","count":1})");
    venue_->request(
        ++last_id_, signed_call("AddOrder", "nonce=5000&" + kOrder + "c", "5000"), now_);
    EXPECT_EQ(kind_of_last(), Delivery::Kind::Raw);
    EXPECT_EQ(count("c"), 1U);
}

TEST_F(FaultsTest, AnswersMayBeBroken) {
    rule(R"({"fault":"truncated_json","method":"Time","count":1})");
    EXPECT_EQ(get("/0/public/Time"), R"({"error":[],"result":{"unixtime":1700000000)");
    rule(R"({"fault":"malformed_json","method":"Time","count":1})");
    EXPECT_EQ(get("/0/public/Time").substr(0, 3), "{{\"");
}

TEST_F(FaultsTest, ALateRequestMeetsItsDeadline) {
    rule(R"({"fault":"delay_before","method":"AddOrder","delay_ms":3000})");
    EXPECT_EQ(post("AddOrder", kOrder + "a&deadline=2023-11-14T22:13:22.5Z"), "nothing");
    const std::uint64_t first = last_id_;
    EXPECT_EQ(count("a"), 0U);
    EXPECT_EQ(buy("b"), "nothing");
    const std::uint64_t second = last_id_;
    pass(std::chrono::seconds(3));
    EXPECT_EQ(reply_to(first), R"({"error":["EService:Deadline elapsed"]})");
    EXPECT_EQ(count("a"), 0U);
    EXPECT_EQ(count("b"), 1U);
    EXPECT_NE(
        std::find_if(
            said_.begin(),
            said_.end(),
            [&](const Delivery& delivery) { return delivery.id == second; }),
        said_.end());
}

TEST_F(FaultsTest, AnOrderMayArriveAfterItsSenderIsGone) {
    const SocketId id = private_socket();
    rule(R"({"fault":"delay_before","method":"add_order","delay_ms":2000})");
    say(id, socket_order("a"));
    venue_->closed(id, now_);
    EXPECT_EQ(count("a"), 0U);
    pass(std::chrono::seconds(2));
    EXPECT_EQ(count("a"), 1U);
}

TEST_F(FaultsTest, AnAnswerMayComeLate) {
    rule(R"({"fault":"delay_after","method":"AddOrder","delay_ms":500})");
    EXPECT_EQ(buy("a"), "nothing");
    EXPECT_EQ(count("a"), 1U);
    EXPECT_EQ(venue_->next_due(), now_ + std::chrono::milliseconds(500));
    pass(std::chrono::milliseconds(499));
    EXPECT_TRUE(venue_->take(now_).empty());
    pass(std::chrono::milliseconds(1));
    EXPECT_EQ(venue_->take(now_).size(), 1U);
}

TEST_F(FaultsTest, StreamsLoseRepeatAndSwapMessages) {
    const SocketId id = private_socket();
    rule(R"({"fault":"missing","channel":"executions","count":1})");
    say(id, socket_order("a"));
    auto said = heard(id);
    ASSERT_EQ(said.size(), 2U);
    EXPECT_NE(said[1].find(R"("sequence":3})"), std::string::npos);
    rule(R"({"fault":"repeated","channel":"executions","count":1})");
    say(id, socket_order("b"));
    said = heard(id);
    ASSERT_EQ(said.size(), 4U);
    EXPECT_EQ(said[1], said[2]);
    rule(R"({"fault":"reordered","channel":"executions","count":1})");
    say(id, socket_order("c"));
    said = heard(id);
    ASSERT_EQ(said.size(), 3U);
    EXPECT_NE(said[1].find(R"("sequence":7})"), std::string::npos);
    EXPECT_NE(said[2].find(R"("sequence":6})"), std::string::npos);
}

TEST_F(FaultsTest, AStreamMayLiveWithoutFillsAndWithoutAGap) {
    const SocketId id = private_socket();
    say(id, socket_order("a"));
    heard(id);
    rule(R"({"fault":"no_fills","channel":"executions"})");
    house("sell", "1", "50000");
    EXPECT_TRUE(heard(id).empty());
    EXPECT_NE(post("TradesHistory").find(R"("count":1)"), std::string::npos);
    say(id, socket_order("b"));
    const auto said = heard(id);
    EXPECT_TRUE(holds(said, R"("sequence":4})"));
    EXPECT_FALSE(holds(said, R"("exec_type":"trade")"));
}

TEST_F(FaultsTest, ASubscriptionMayBeSilent) {
    const SocketId id = open("/v2");
    rule(R"({"fault":"silent","channel":"book","count":1})");
    const std::string wish =
        R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}})";
    say(id, wish);
    EXPECT_EQ(heard(id).size(), 1U);
    house("sell", "1", "50000");
    EXPECT_TRUE(heard(id).empty());
    const SocketId other = open("/v2");
    say(other, wish);
    EXPECT_EQ(heard(other).size(), 2U);
}

TEST_F(FaultsTest, AChecksumMayBeWrong) {
    const SocketId id = open("/v2");
    say(id, R"({"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}})");
    heard(id);
    rule(R"({"fault":"bad_checksum","count":1})");
    house("sell", "1", "50000");
    const std::uint32_t right = crc32_of("500000100000000");
    auto said = heard(id);
    EXPECT_TRUE(holds(said, "\"checksum\":" + std::to_string(right ^ 1U)));
}

TEST_F(FaultsTest, ADroppedSocketAndARefusedToken) {
    const SocketId id = private_socket();
    rule(R"({"fault":"drop_socket","channel":"executions","count":1})");
    say(id, socket_order("a"));
    EXPECT_TRUE(holds(heard(id), "dropped"));
    venue_->closed(id, now_);
    EXPECT_EQ(count("a"), 1U);
    const SocketId again = private_socket();
    rule(R"({"fault":"expired_token","method":"add_order","count":1})");
    say(again, socket_order("b"));
    EXPECT_TRUE(holds(heard(again), R"({"error":"ESession:Invalid session","method":"add_order")"));
    admin("expire_tokens", "{}");
    say(again, socket_order("b"));
    EXPECT_TRUE(holds(heard(again), "ESession:Invalid session"));
}

TEST_F(FaultsTest, AFillMayComeBeforeTheAcknowledgement) {
    const SocketId id = private_socket();
    rule(R"({"fault":"fill_before_ack","method":"add_order","count":1})");
    say(id, socket_order("a"));
    const auto said = heard(id);
    ASSERT_EQ(said.size(), 5U);  // pending, new, trade, filled, and then the answer
    EXPECT_NE(said[2].find(R"("exec_type":"trade")"), std::string::npos);
    EXPECT_NE(said[4].find(R"("method":"add_order")"), std::string::npos);
    EXPECT_NE(said[4].find(R"("success":true)"), std::string::npos);
}

TEST_F(FaultsTest, TheExchangeMayFillHalfOrCancelByItself) {
    const SocketId id = private_socket();
    rule(R"({"fault":"partial_fill","method":"add_order","count":1})");
    say(id, socket_order("a"));
    EXPECT_TRUE(holds(heard(id), R"("last_qty":0.05000000)"));
    rule(R"({"fault":"self_cancel","method":"add_order","count":1})");
    say(id, socket_order("b"));
    EXPECT_TRUE(holds(heard(id), R"("reason":"Canceled by the exchange")"));
    admin("post_only", R"({"manner":"canceled"})");
    house("sell", "1", "50000");
    EXPECT_NE(post("AddOrder", kOrder + "c&oflags=post").find("txid"), std::string::npos);
    EXPECT_TRUE(holds(heard(id), R"("reason":"Post only order")"));
}

TEST_F(FaultsTest, MaintenanceAndModesAreSwitches) {
    EXPECT_EQ(admin("mode", R"({"mode":"maintenance"})"), R"({"ok":true})");
    EXPECT_EQ(buy("a"), R"({"error":["EService:Unavailable"]})");
    admin("mode", R"({"mode":"cancel_only"})");
    EXPECT_EQ(buy("a"), R"({"error":["EService:Market in cancel_only mode"]})");
    admin("mode", R"({"mode":"online"})");
    admin("mode", R"({"pair":"XBTUSD","mode":"post_only"})");
    EXPECT_EQ(buy("a"), R"({"error":["EService:Market in post_only mode"]})");
    EXPECT_EQ(
        admin("mode", R"({"mode":"tired"})"),
        R"({"error":"mode: expected online, maintenance, cancel_only or post_only"})");
}

TEST_F(FaultsTest, RulesAreListedCountedAndRemoved) {
    rule(R"({"fault":"delay_after","method":"Time","delay_ms":0,"count":3,"probability":1})");
    get("/0/public/Time");
    EXPECT_EQ(
        get("/admin/rules"),
        R"([{"id":1,"fault":"delay_after","method":"Time","count_left":2,"struck":1}])");
    venue_->request(++last_id_, {.method = "DELETE", .target = "/admin/rules"}, now_);
    EXPECT_EQ(reply_to(last_id_), R"({"ok":true})");
    EXPECT_EQ(get("/admin/rules"), "[]");
    const std::string said = admin("rules", R"({"fault":"flood"})");
    EXPECT_EQ(said.find(R"({"error":"fault: \"flood\" is none; there are bad_checksum, )"), 0U);
    EXPECT_EQ(
        admin("rules", R"({"fault":"drop","probability":2})"),
        R"({"error":"probability: expected 0 to 1, was \"2\""})");
}

TEST_F(FaultsTest, ChanceComesFromTheSeed) {
    const auto struck = [] {
        Faults faults(9);
        EXPECT_TRUE(faults.add(*parse_json(R"({"fault":"drop","probability":0.25})")).has_value());
        std::string said;
        for (int i = 0; i < 200; ++i) said += faults.strike(Fault::Drop, {"Time"}) ? "x" : ".";
        return said;
    };
    const std::string first = struck();
    EXPECT_EQ(first, struck());
    const auto hits = std::count(first.begin(), first.end(), 'x');
    EXPECT_GT(hits, 30);
    EXPECT_LT(hits, 70);
}

}  // namespace
}  // namespace tapedeck::venue_simulator
