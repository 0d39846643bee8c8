// Whatever Kraken, or somebody who says that he is Kraken, sends: each reader answers with values
// or with an error that says where. Build with the `fuzz` preset (clang), then:
//     build/fuzz/bin/venues_kraken_messages_fuzz -max_len=4096 corpus/
#include "base/verify.h"
#include "testing/fuzz_seeds.h"
#include "venues/kraken/book.h"
#include "venues/kraken/private_messages.h"
#include "venues/kraken/rest_account.h"
#include "venues/kraken/rest_public.h"
#include "venues/kraken/rest_trading.h"
#include "venues/kraken/test_pairs.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::kraken {
namespace {

template <class T>
bool check(const Result<T>& result) {
    if (!result) VERIFY(!result.error().message.empty());
    return result.has_value();
}

void read_frame(std::string_view text) {
    json::Document document;
    const auto message = decode_public(document, text);
    if (!check(message)) return;
    const auto* change = std::get_if<BookChange>(&*message);
    if (change == nullptr) return;
    Book book(Instrument{}, {10, 4, 8});
    auto snapshot = *change;
    snapshot.is_snapshot = true;
    const auto applied = book.apply(snapshot);
    VERIFY(applied.has_value() == book.is_live());
    VERIFY(book.bids().size() <= 10 && book.asks().size() <= 10);
}

void read_private(std::string_view text) {
    json::Document document;
    auto message = decode_private(document, text);
    if (!check(message)) return;
    const auto* update = std::get_if<ExecutionsUpdate>(&*message);
    if (update == nullptr) return;
    OrderFold fold;
    for (const auto& report : update->reports) {
        VERIFY(fold.apply(report).order.order_id == report.order.order_id);
    }
}

void read_rest(std::string_view text) {
    static const Symbols kSymbols = testing::symbols();
    json::Document document;
    const auto answer = read_envelope(document, 200, text);
    if (!answer) {
        VERIFY(!answer.error().code.empty());
        return;
    }
    const auto value = answer->value;
    check(Symbols::read(value, value));
    check(read_tickers(value, kSymbols));
    check(read_ohlc(value, kSymbols, std::chrono::minutes(1)));
    check(read_trades(value, kSymbols));
    check(read_depth(value, kSymbols));
    check(read_system_status(value));
    check(read_open_orders(value, kSymbols));
    check(read_closed_orders(value, kSymbols));
    check(read_queried_orders(value, kSymbols));
    check(read_trades_history(value, kSymbols));
    check(read_balances(value, kSymbols));
    check(read_trade_volume(value, kSymbols));
    check(read_added(value));
    check(read_batch(value));
    check(read_canceled(value));
    check(read_dead_mans_switch(value));
    check(read_websockets_token(value));
}

/// The first byte says which reader.
std::vector<std::string> seeds() {
    const std::string pairs(testing::kPairs);
    return {
        R"(0{"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[{"price":0.5657,)"
        R"("qty":1098.39475580}],"asks":[],"checksum":2114181697}]})",
        R"(0{"channel":"trade","type":"update","data":[{"symbol":"ETH/USD","side":"buy",)"
        R"("price":3213.89,"qty":1e-08,"trade_id":5,"timestamp":"2026-01-19T15:36:48.413515Z"}]})",
        R"(0{"method":"subscribe","req_id":1,"result":{"channel":"book"},"success":true})",
        R"(1{"channel":"executions","type":"update","sequence":2,"data":[{"order_id":"O1",)"
        R"("exec_type":"trade","exec_id":"T1","last_qty":0.005,"last_price":26599.9,)"
        R"("fees":[{"asset":"USD","qty":0.3458}]}]})",
        R"(1{"method":"batch_add","result":[{"order_id":"O1"},{"error":"EOrder:x"}],)"
        R"("success":true})",
        R"(2{"error":[],"result":)" + pairs + "}",
        R"(2{"error":["EOrder:Insufficient funds"]})",
        R"(2{"error":[],"result":{"XXBTZUSD":[[1688671200,"1","2","0.5","1","1","3",23]],)"
        R"("last":1688671200}})"};
}

}  // namespace
}  // namespace tapedeck::kraken

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    tapedeck::testing::write_seeds(*argc, *argv, tapedeck::kraken::seeds());
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tapedeck::kraken;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
        case 0: read_frame(text); break;
        case 1: read_private(text); break;
        default: read_rest(text);
    }
    return 0;
}
