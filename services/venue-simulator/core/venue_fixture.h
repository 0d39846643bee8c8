#pragma once

#include "venue-simulator/core/signature.h"
#include "venue-simulator/core/text.h"
#include "venue-simulator/core/venue.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tapedeck::venue_simulator {

/// A venue with an empty book, one account and three keys: "trade" may do all, "look" may query,
/// "late" has a nonce window and a password.
class VenueFixture : public ::testing::Test {
protected:
    explicit VenueFixture(const Market::Options& market = {.candles = 0}, bool is_running = false) {
        VenueOptions options{
            .seed = 5, .accounts = {account()}, .market = market, .is_market_running = is_running};
        venue_.emplace(options, now_);
    }

    static AccountSpec account() {
        const std::set<std::string> all(trading_permissions().begin(), trading_permissions().end());
        return {
            .account =
                {.name = "me",
                 .tier = Tier::Pro,
                 .balances =
                     {{*find_asset("USD"), Decimal::from_integer(100'000)},
                      {*find_asset("BTC"), Decimal::from_integer(10)}}},
            .keys = {
                {.key = "trade", .secret = "secret one", .name = "all", .permissions = all},
                {.key = "look", .secret = "secret two", .permissions = {"query-funds"}},
                {.key = "late",
                 .secret = "secret three",
                 .permissions = all,
                 .password = "123456",
                 .nonce_window = 10}}};
    }

    /// Answers that came for this request; more than one would be a mistake.
    std::string reply_to(std::uint64_t id) {
        std::string body = "nothing";
        for (auto& delivery : venue_->take(now_)) {
            if (delivery.id == id && delivery.kind == Delivery::Kind::Answer) {
                EXPECT_EQ(body, "nothing");
                body = delivery.text;
            } else {
                said_.push_back(std::move(delivery));
            }
        }
        return body;
    }

    std::string get(const std::string& target) {
        venue_->request(++last_id_, {.method = "GET", .target = target}, now_);
        return reply_to(last_id_);
    }

    HttpCall signed_call(
        const std::string& method,
        const std::string& body,
        const std::string& nonce,
        const std::string& key = "trade",
        const std::string& secret = "secret one") {
        const std::string path = "/0/private/" + method;
        return {
            .method = "POST",
            .target = path,
            .headers = {{"API-Key", key}, {"api-sign", signature_of(secret, path, nonce, body)}},
            .body = body};
    }

    std::string post(const std::string& method, const std::string& fields = "") {
        const std::string nonce = std::to_string(++nonce_);
        const std::string body = "nonce=" + nonce + (fields.empty() ? "" : "&" + fields);
        venue_->request(++last_id_, signed_call(method, body, nonce), now_);
        return reply_to(last_id_);
    }

    /// `fields` without braces, to which the nonce is added.
    std::string post_json(const std::string& method, const std::string& fields) {
        const std::string nonce = std::to_string(++nonce_);
        const std::string body = "{\"nonce\":" + nonce + "," + fields + "}";
        venue_->request(++last_id_, signed_call(method, body, nonce), now_);
        return reply_to(last_id_);
    }

    std::string admin(const std::string& what, const std::string& body) {
        venue_->request(
            ++last_id_, {.method = "POST", .target = "/admin/" + what, .body = body}, now_);
        return reply_to(last_id_);
    }

    void house(const std::string& side, const std::string& volume, const std::string& price) {
        const std::string said = admin(
            "house",
            R"({"pair":"XBTUSD","side":")" + side + R"(","volume":")" + volume + R"(","price":")" +
                price + R"("})");
        EXPECT_NE(said.find("\"id\""), std::string::npos) << said;
    }

    /// A socket, whose first message is passed over.
    SocketId open(const std::string& target = "/auth/v2") {
        venue_->opened(++last_id_, target, now_);
        heard(last_id_);
        return last_id_;
    }

    void say(SocketId id, const std::string& text) { venue_->received(id, text, now_); }

    /// What came to this socket since the last call.
    std::vector<std::string> heard(SocketId id) {
        for (auto& delivery : venue_->take(now_)) said_.push_back(std::move(delivery));
        std::vector<std::string> texts;
        std::erase_if(said_, [&](const Delivery& delivery) {
            if (delivery.id != id) return false;
            texts.push_back(
                delivery.kind == Delivery::Kind::Text     ? delivery.text
                : delivery.kind == Delivery::Kind::DropIt ? "dropped"
                                                          : "closed");
            return true;
        });
        return texts;
    }

    void pass(Duration time) {
        now_ += time;
        venue_->advance(now_);
    }

    static std::string field(const std::string& json, const std::string& name) {
        const auto at = json.find("\"" + name + "\":");
        if (at == std::string::npos) return "";
        auto from = at + name.size() + 3;
        while (json[from] == '[' || json[from] == '"') ++from;
        return json.substr(from, json.find_first_of("\",]}", from) - from);
    }

    std::string token() { return field(post("GetWebSocketsToken"), "token"); }

    Time now_{std::chrono::seconds(1'700'000'000)};
    std::uint64_t last_id_ = 0;
    std::uint64_t nonce_ = 1000;
    std::optional<Venue> venue_;
    std::vector<Delivery> said_;
};

/// In what was heard: does some message hold this?
inline bool holds(const std::vector<std::string>& messages, const std::string& part) {
    return std::any_of(messages.begin(), messages.end(), [&](const std::string& message) {
        return message.find(part) != std::string::npos;
    });
}

}  // namespace tapedeck::venue_simulator
