#include "venues/kraken/rest_account.h"

#include "venues/kraken/test_pairs.h"

#include <gmock/gmock.h>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class RestAccountTest : public ::testing::Test {
protected:
    json::Value parse(std::string_view text) {
        EXPECT_TRUE(document_.read(text)) << text;
        return document_.root();
    }

    Symbols symbols_ = testing::symbols();
    json::Document document_;
};

constexpr std::string_view kOrder =
    R"({"OABCDE-FGHIJ-KLMNOP":{"refid":null,"userref":0,)"
    R"("cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876","status":"open",)"
    R"("opentm":1676384710.121142,"starttm":0,"expiretm":0,"descr":{"pair":"XBTUSD",)"
    R"("aclass":"forex","type":"sell","ordertype":"limit","price":"30010.5","price2":"0",)"
    R"("leverage":"none","order":"sell 1.00000000 XBTUSD @ limit 30010.5","close":""},)"
    R"("vol":"1.00000000","vol_exec":"0.25000000","cost":"7502.62500","fee":"19.50683",)"
    R"("price":"30010.50000","stopprice":"0.00000000","limitprice":"0.00000000",)"
    R"("trigger":"index","margin":false,"misc":"","oflags":"fciq",)"
    R"("trades":["TCCCTY-WE2O6-P3NB37"]}})";

TEST_F(RestAccountTest, ReadsOpenOrders) {
    const auto answer =
        read_open_orders(parse(R"({"open":)" + std::string(kOrder) + "}"), symbols_);
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->orders.size(), 1U);
    const auto& order = answer->orders[0];
    EXPECT_EQ(order.order.order_id, "OABCDE-FGHIJ-KLMNOP");
    EXPECT_EQ(order.order.client_order_id, "6d1b345e-2821-40e2-ad83-4ecb18a06876");
    EXPECT_EQ(order.state, VenueOrderState::Open);
    EXPECT_EQ(order.instrument->name(), "kraken:BTC/USD");
    EXPECT_EQ(order.side, Side::Sell);
    EXPECT_EQ(order.order_type, "limit");
    EXPECT_EQ(order.quantity.to_string(), "1");
    EXPECT_EQ(order.filled.to_string(), "0.25");
    EXPECT_EQ(order.cost.to_string(), "7502.625");
    EXPECT_EQ(order.fee.to_string(), "19.50683");
    EXPECT_EQ(order.limit_price->to_string(), "30010.5");
    EXPECT_EQ(order.average_price.to_string(), "30010.5");
    EXPECT_FALSE(order.trigger_price);
    EXPECT_EQ(to_ns(order.opened), 1676384710121142000);
    EXPECT_EQ(order.closed, Time{});
    EXPECT_THAT(order.trade_ids, ElementsAre("TCCCTY-WE2O6-P3NB37"));
}

std::string order(const std::string& status, const std::string& descr, const std::string& more) {
    return R"({"O1":{"status":")" + status + R"(","descr":{"pair":"XBTUSD","type":"buy",)" + descr +
           R"(},"vol":"1","vol_exec":"1","cost":"1","fee":"0","price":"1")" + more + "}}";
}

TEST_F(RestAccountTest, ReadsHowOrdersEnded) {
    const auto limit = std::string(R"("ordertype":"limit","price":"1","price2":"0")");
    const auto state = [&](const std::string& status) {
        return read_queried_orders(parse(order(status, limit, "")), symbols_)->orders[0].state;
    };
    EXPECT_EQ(state("closed"), VenueOrderState::Filled);
    EXPECT_EQ(state("canceled"), VenueOrderState::Canceled);
    EXPECT_EQ(state("expired"), VenueOrderState::Expired);
    EXPECT_EQ(state("pending"), VenueOrderState::Open);
    EXPECT_FALSE(read_queried_orders(parse(order("lost", limit, "")), symbols_));
    const auto closed = read_closed_orders(
        parse(
            R"({"count":137,"closed":)" +
            order("canceled", limit, R"(,"reason":"User requested","closetm":1676384711.5)") + "}"),
        symbols_);
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->count, 137U);
    EXPECT_EQ(closed->orders[0].reason, "User requested");
    EXPECT_EQ(to_ns(closed->orders[0].closed), 1676384711500000000);
    EXPECT_EQ(closed->orders[0].order.client_order_id, "");
}

TEST_F(RestAccountTest, ReadsTriggersAndTheirLimits) {
    const auto read = [&](const std::string& descr) {
        return read_queried_orders(parse(order("open", descr, "")), symbols_)->orders[0];
    };
    const auto stop = read(R"("ordertype":"stop-loss-limit","price":"55.0","price2":"54.0")");
    EXPECT_EQ(stop.trigger_price->to_string(), "55");
    EXPECT_EQ(stop.limit_price->to_string(), "54");
    const auto plain = read(R"("ordertype":"take-profit","price":"120","price2":"0")");
    EXPECT_EQ(plain.trigger_price->to_string(), "120");
    EXPECT_FALSE(plain.limit_price);
    const auto market = read(R"("ordertype":"market","price":"0","price2":"0")");
    EXPECT_FALSE(market.limit_price || market.trigger_price);
    const auto trailing = read(R"("ordertype":"trailing-stop","price":"+1.0000%","price2":"0")");
    EXPECT_FALSE(trailing.limit_price || trailing.trigger_price) << "somebody else's order";
}

TEST_F(RestAccountTest, OrdersOfUnknownPairsAreStillOrders) {
    auto text = std::string(kOrder);
    text.replace(text.find("\"XBTUSD\""), 8, "\"NEWUSD\"");
    const auto answer = read_queried_orders(parse(text), symbols_);
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->orders[0].instrument);
    EXPECT_EQ(answer->orders[0].pair, "NEWUSD");
}

TEST_F(RestAccountTest, ReadsFills) {
    const auto answer = read_trades_history(
        parse(R"({"count":2346,"trades":{"THVRQM-33VKH-UCI7BS":{)"
              R"("ordertxid":"OQCLML-BW3P3-BUCMWZ","postxid":"TKH2SE-M7IF5-CFI7LT",)"
              R"("pair":"XXBTZUSD","time":1688667796.8802,"type":"buy","ordertype":"limit",)"
              R"("price":"30010.00000","cost":"600.20000","fee":"1.56052","vol":"0.02000000",)"
              R"("margin":"0.00000","leverage":"0","misc":"","trade_id":93748276,"maker":true}}})"),
        symbols_);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->count, 2346U);
    ASSERT_EQ(answer->fills.size(), 1U);
    const auto& fill = answer->fills[0];
    EXPECT_EQ(fill.fill.trade_id, "THVRQM-33VKH-UCI7BS");
    EXPECT_EQ(fill.order_id, "OQCLML-BW3P3-BUCMWZ");
    EXPECT_EQ(fill.instrument->name(), "kraken:BTC/USD");
    EXPECT_EQ(fill.side, Side::Buy);
    EXPECT_EQ(fill.fill.price.to_string(), "30010");
    EXPECT_EQ(fill.fill.quantity.to_string(), "0.02");
    EXPECT_EQ(fill.fill.cost.to_string(), "600.2");
    EXPECT_EQ(fill.fill.liquidity, Liquidity::Maker);
    EXPECT_EQ(fill.fill.fees.at(0), (Fee{"USD", Money::parse("1.56052").value()}));
    EXPECT_EQ(to_ns(fill.happened), 1688667796880200000);
}

TEST_F(RestAccountTest, ReadsBalancesAndWhatIsAvailable) {
    const auto balances = read_balances(
        parse(R"({"ZUSD":{"balance":"25435.2100","hold_trade":"8249.7600"},)"
              R"("XXBT":{"balance":1.2435,"hold_trade":0.8423,"credit":"2","credit_used":"0.5"},)"
              R"("XBT.F":{"balance":"7"}})"),
        symbols_);
    ASSERT_TRUE(balances) << balances.error().message;
    ASSERT_EQ(balances->size(), 3U);
    EXPECT_EQ((*balances)[0].currency, "USD");
    EXPECT_EQ((*balances)[0].available().to_string(), "17185.45");
    EXPECT_EQ((*balances)[1].currency, "BTC");
    EXPECT_EQ((*balances)[1].available().to_string(), "1.9012");
    EXPECT_EQ((*balances)[2].currency, "BTC.F");
    EXPECT_FALSE(read_balances(parse(R"({"ZUSD":{"hold_trade":"1"}})"), symbols_));
}

TEST_F(RestAccountTest, ReadsTheFeeTier) {
    const auto volume = read_trade_volume(
        parse(R"({"currency":"ZUSD","volume":"294.0219","fees":{"XXBTZUSD":{"fee":"0.2600",)"
              R"("minfee":"0.1000","maxfee":"0.2600","nextfee":null,"tiervolume":"0.0000",)"
              R"("nextvolume":null}},"fees_maker":{"XXBTZUSD":{"fee":"0.1600"}}})"),
        symbols_);
    ASSERT_TRUE(volume) << volume.error().message;
    EXPECT_EQ(volume->currency, "USD");
    EXPECT_EQ(volume->volume.to_string(), "294.0219");
    ASSERT_EQ(volume->fees.size(), 1U);
    EXPECT_EQ(volume->fees[0].instrument.name(), "kraken:BTC/USD");
    EXPECT_EQ(volume->fees[0].taker.to_string(), "0.0026");
    EXPECT_EQ(volume->fees[0].maker.to_string(), "0.0016");
    const auto without = read_trade_volume(
        parse(R"({"currency":"ZUSD","volume":"1","fees":null,"fees_maker":null})"), symbols_);
    EXPECT_TRUE(without->fees.empty());
}

TEST_F(RestAccountTest, AsksForPagesOfHistory) {
    Page page;
    page.from = Time(1700000000s);
    page.to = Time(1700000100s);
    page.offset = Page::kPageSize;
    EXPECT_THAT(
        closed_orders_call(page, "mine").fields,
        ElementsAre(
            Pair("trades", "true"),
            Pair("cl_ord_id", "mine"),
            Pair("start", "1700000000"),
            Pair("end", "1700000100"),
            Pair("ofs", "50")));
    EXPECT_THAT(trades_history_call({}).fields, ElementsAre(Pair("ofs", "0")));
    EXPECT_THAT(open_orders_call("").fields, ElementsAre(Pair("trades", "true")));
    EXPECT_THAT(
        query_orders_call({"O1", "O2"}).fields,
        ElementsAre(Pair("txid", "O1,O2"), Pair("trades", "true")));
    EXPECT_THAT(
        trade_volume_call({&symbols_.pairs()[0], &symbols_.pairs()[1]}).fields,
        ElementsAre(Pair("pair", "XBTUSDT,XBTUSD")));
    EXPECT_EQ(balances_call().method, "BalanceEx");
}

TEST_F(RestAccountTest, ErrorsNameThePlace) {
    const auto fills = read_trades_history(parse(R"({"count":1,"trades":{"T1":{}}})"), symbols_);
    EXPECT_THAT(fills.error().message, HasSubstr("trades.T1"));
    EXPECT_FALSE(read_trades_history(parse(R"({"trades":{}})"), symbols_)) << "no count";
    EXPECT_FALSE(read_open_orders(parse("{}"), symbols_));
    EXPECT_FALSE(read_closed_orders(parse(R"({"closed":{}})"), symbols_));
    EXPECT_FALSE(read_trade_volume(parse("[]"), symbols_));
}

}  // namespace
}  // namespace tapedeck::kraken
