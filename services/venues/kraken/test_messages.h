#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What Kraken says of an account, as its documentation shows it, with names and amounts that a
/// test chooses.
namespace tapedeck::kraken::testing {

/// A report of the executions channel: names, then what it says.
inline std::string report(
    std::string_view order_id, const std::string& client_order_id, const std::string& rest) {
    std::string text = R"({"order_id":")" + std::string(order_id) + R"(",)";
    if (!client_order_id.empty()) text += R"("cl_ord_id":")" + client_order_id + R"(",)";
    return text + R"("timestamp":"2026-01-22T06:06:19.833306Z",)" + rest + "}";
}

inline std::string frame(const std::vector<std::string>& reports, std::uint64_t sequence = 2) {
    std::string data;
    for (const auto& each : reports) data += (data.empty() ? "" : ",") + each;
    return R"({"channel":"executions","type":")" +
           std::string(sequence == 1 ? "snapshot" : "update") + R"(","sequence":)" +
           std::to_string(sequence) + R"(,"data":[)" + data + "]}";
}

inline constexpr std::string_view kPendingNew =
    R"("exec_type":"pending_new","order_status":"pending_new","symbol":"BTC/USD","side":"buy",)"
    R"("order_type":"limit","order_qty":1.00000000,"limit_price":40000.0)";

inline std::string trade(std::string_view id, std::string_view amount = "0.4") {
    return R"("exec_type":"trade","order_status":"partially_filled","symbol":"BTC/USD",)"
           R"("side":"buy","exec_id":")" +
           std::string(id) + R"(","last_qty":)" + std::string(amount) +
           R"(,"last_price":40000.0,"liquidity_ind":"m","fees":[{"asset":"USD","qty":32.5}])";
}

inline std::string ended(
    std::string_view how, std::string_view filled = "0", std::string_view reason = "") {
    return R"("exec_type":")" + std::string(how) + R"(","order_status":")" + std::string(how) +
           R"(","cum_qty":)" + std::string(filled) + R"(,"reason":")" + std::string(reason) + '"';
}

inline std::string envelope(const std::string& result) {
    return R"({"error":[],"result":)" + result + "}";
}

inline std::string error_envelope(const std::string& text) {
    return R"({"error":[")" + text + R"("]})";
}

inline std::string open_list(const std::string& orders) {
    return envelope(R"({"open":{)" + orders + "}}");
}

inline std::string closed_list(const std::string& orders, int count) {
    return envelope(R"({"closed":{)" + orders + R"(},"count":)" + std::to_string(count) + "}");
}

/// An order as REST lists it.
inline std::string listed_order(
    std::string_view order_id,
    const std::string& client_order_id,
    std::string_view status,
    std::string_view filled = "0",
    std::string_view rest = "") {
    const std::string name = client_order_id.empty() ? "null" : '"' + client_order_id + '"';
    return '"' + std::string(order_id) + R"(":{"cl_ord_id":)" + name + R"(,"status":")" +
           std::string(status) +
           R"(","opentm":1769061979.8,"descr":{"pair":"XBTUSD","type":"buy","ordertype":"limit",)"
           R"("price":"40000.0","price2":"0"},"vol":"1.00000000","vol_exec":")" +
           std::string(filled) + R"(","cost":"0","fee":"0","price":"0")" + std::string(rest) + "}";
}

inline std::string listed_trade(
    std::string_view trade_id, std::string_view order_id, std::string_view amount = "0.4") {
    return '"' + std::string(trade_id) + R"(":{"ordertxid":")" + std::string(order_id) +
           R"(","pair":"XXBTZUSD","time":1769061979.9,"type":"buy","ordertype":"limit",)"
           R"("price":"40000.0","cost":"16000.0","fee":"32.5","vol":")" +
           std::string(amount) + R"(","maker":true})";
}

}  // namespace tapedeck::kraken::testing
