#include "cli/venue_exam.h"

#include "cli/trading_terms.h"
#include "venues/kraken/rest_public.h"
#include "venues/paper/configuration.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <set>

namespace tapedeck::cli {

namespace {

using kraken::json::Document;
using kraken::json::Value;

constexpr int kTimeQuestions = 3;
/// The wire keeps its own time; this is for one that says nothing at all.
constexpr Duration kGrace = std::chrono::seconds(2);
constexpr int kPollMs = 50;

net::HttpRequest to_http(const kraken::RestRequest& request) {
    net::HttpRequest http;
    http.method = request.verb;
    http.target = request.target;
    http.headers = request.headers;
    http.body = request.body;
    return http;
}

std::string in_ms(Duration duration) {
    return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(duration).count()) + " ms";
}

}  // namespace

kraken::Answer<VenueExam::Reply> VenueExam::ask(const kraken::RestRequest& request) {
    Reply reply;
    reply.asked = clock_.wall();
    const Duration deadline = clock_.monotonic() + options_.timeout + kGrace;
    const net::WireId id =
        wire_.request(options_.venue.rest_origin, to_http(request), options_.timeout);
    while (clock_.monotonic() < deadline) {
        while (auto event = wire_.next()) {
            if (auto* answered = std::get_if<net::HttpAnswered>(&event->what)) {
                if (answered->id != id) continue;
                reply.answered = clock_.wall();
                reply.status = answered->reply.status;
                reply.body = std::move(answered->reply.body);
                return reply;
            }
            const auto* lost = std::get_if<net::HttpFailed>(&event->what);
            if (lost != nullptr && lost->id == id) {
                return tl::make_unexpected(kraken::no_answer(lost->why));
            }
        }
        if (options_.interrupted()) return tl::make_unexpected(kraken::no_answer("interrupted"));
        pollfd descriptor{wire_.wake_descriptor(), POLLIN, 0};
        ::poll(&descriptor, 1, kPollMs);
    }
    return tl::make_unexpected(kraken::no_answer("no answer"));
}

template <class Read>
auto VenueExam::ask(const kraken::RestRequest& request, Read&& read)
    -> kraken::Answer<typename decltype(read(std::declval<Value>()))::value_type> {
    const auto reply = TRY(ask(request));
    Document document;
    const auto result = TRY(kraken::read_envelope(document, reply.status, reply.body));
    return TRY(read(result.value));
}

void VenueExam::pause(Duration duration) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration);
    ::poll(nullptr, 0, static_cast<int>(ms.count()));
}

void VenueExam::say(kraken::Finding finding) {
    switch (finding.verdict) {
        case kraken::Finding::Verdict::Ok: found_.push_back(ok(std::move(finding.text))); return;
        case kraken::Finding::Verdict::Warn:
            found_.push_back(warn(std::move(finding.text)));
            return;
        case kraken::Finding::Verdict::Fail:
            found_.push_back(failed(std::move(finding.text)));
            return;
    }
}

void VenueExam::add(std::vector<Finding> findings) {
    for (auto& finding : findings) found_.push_back(std::move(finding));
}

std::vector<Finding> VenueExam::run() {
    if (!meet()) return std::move(found_);
    look_at_status();
    if (look_at_pairs()) look_at_prices();
    const bool may_query = options_.credentials != nullptr && look_at_key();
    if (may_query) look_at_balances();
    may_query ? look_at_own_fees() : look_at_fees_of_all();
    look_at_terms();
    return std::move(found_);
}

bool VenueExam::meet() {
    const std::string& origin = options_.venue.rest_origin;
    std::vector<kraken::ClockSample> samples;
    Duration first{};
    Duration fastest = Duration::max();
    for (int i = 0; i < kTimeQuestions; ++i) {
        if (i > 0) pause(options_.time_pause);
        kraken::ClockSample sample;
        const auto reply = ask(kraken::time_request());
        if (!reply) {
            say(kraken::check_failed("no connection", reply.error()));
            return false;
        }
        Document document;
        const auto result = kraken::read_envelope(document, reply->status, reply->body);
        const auto time = result ? kraken::read_time(result->value) : Result<Time>(Time{});
        if (!result || !time) {
            say(kraken::check_failed(
                origin, result ? kraken::VenueError(time.error()) : result.error()));
            return false;
        }
        const Duration took = reply->answered - reply->asked;
        if (i == 0) first = took;
        fastest = std::min(fastest, took);
        samples.push_back({reply->asked, reply->answered, *time});
    }
    std::string text = origin + " answers in " + in_ms(fastest) +
                       ", with TLS and its certificate " + "verified (" + in_ms(first) +
                       " the first time)";
    if (!options_.venue.is_the_real_one()) text += "; it is not Kraken's own address";
    found_.push_back(ok(std::move(text)));
    skew_ = kraken::skew_of(samples);
    say(kraken::check_clock(skew_));
    return true;
}

void VenueExam::look_at_status() {
    const auto status = ask(kraken::system_status_request(), kraken::read_system_status);
    say(status ? kraken::check_status(*status)
               : kraken::check_failed("the venue's status", status.error()));
}

bool VenueExam::look_at_pairs() {
    const auto learn = [&]() -> kraken::Answer<> {
        const auto assets_reply = TRY(ask(kraken::assets_request()));
        const auto pairs_reply = TRY(ask(kraken::asset_pairs_request()));
        Document assets;
        Document pairs;
        const auto assets_result =
            TRY(kraken::read_envelope(assets, assets_reply.status, assets_reply.body));
        const auto pairs_result =
            TRY(kraken::read_envelope(pairs, pairs_reply.status, pairs_reply.body));
        symbols_ = TRY(kraken::Symbols::read(assets_result.value, pairs_result.value));
        return {};
    };
    const auto learned = learn();
    if (!learned) say(kraken::check_failed("the venue's pairs", learned.error()));
    return learned.has_value();
}

std::vector<const kraken::Pair*> VenueExam::pairs() const {
    std::vector<const kraken::Pair*> result;
    for (const auto& instrument : options_.instruments) {
        const auto* pair = symbols_.find(instrument);
        if (pair != nullptr) result.push_back(pair);
    }
    return result;
}

void VenueExam::look_at_prices() {
    if (options_.instruments.empty()) {
        found_.push_back(warn("no instrument of kraken is in market-data.instruments"));
        return;
    }
    const auto listed = pairs();
    if (!listed.empty()) {
        const auto tickers = ask(kraken::ticker_request(listed), [&](Value result) {
            return kraken::read_tickers(result, symbols_);
        });
        if (!tickers) say(kraken::check_failed("prices", tickers.error()));
        if (tickers) {
            for (const auto& each : tickers->tickers) {
                if (each.last.is_positive()) last_[each.quote.instrument] = each.last;
            }
        }
    }
    for (const auto& instrument : options_.instruments) {
        const auto last = last_.find(instrument);
        say(kraken::check_pair(
            instrument,
            symbols_.find(instrument),
            last == last_.end() ? std::nullopt : std::optional(last->second)));
    }
}

kraken::RestRequest VenueExam::sign(const kraken::PrivateCall& call) {
    const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(to_ns(clock_.wall()), 0));
    last_nonce_ = std::max(last_nonce_ + 1, now);
    return kraken::sign_call(call, *options_.credentials, last_nonce_);
}

/// True if there are other questions that the key may be used for.
bool VenueExam::look_at_key() {
    if (!kraken::may_use_key(skew_)) {
        found_.push_back(
            failed("the key was not tried: with nonces of a clock that is ahead it would be of no "
                   "use to anybody whose clock is right; mend the clock first"));
        return false;
    }
    const auto info = ask(sign(kraken::key_info_call()), kraken::read_key_info);
    if (!info) {
        say(kraken::check_failed("the key", info.error()));
        return !kraken::ends_checkup(info.error());
    }
    key_ = *info;
    const auto use = options_.venue.trades() ? kraken::KeyUse::Trade : kraken::KeyUse::Look;
    for (auto& finding : kraken::check_key(*info, use, clock_.wall())) say(std::move(finding));
    if (options_.credentials->otp) {
        found_.push_back(ok("a two-factor password goes with each call (kraken.otp)"));
    }
    return info->may("query-funds");
}

void VenueExam::look_at_balances() {
    const auto read = [&](Value result) { return kraken::read_balances(result, symbols_); };
    auto balances = ask(sign(kraken::balances_call()), read);
    if (!balances) return say(kraken::check_failed("balances", balances.error()));
    // How much it is, is nobody's business who reads over a shoulder; `tapedeck balances` says it.
    std::string names;
    std::size_t count = 0;
    for (const auto& each : *balances) {
        if (each.balance.is_zero()) continue;
        ++count;
        names += (names.empty() ? "" : ", ") + each.currency;
    }
    if (count == 0) {
        found_.push_back(warn("balances can be read: there is nothing on the account"));
    } else {
        found_.push_back(ok(fmt::format("balances can be read: {} currencies ({})", count, names)));
    }
    balances_ = std::move(*balances);
}

void VenueExam::look_at_own_fees() {
    const auto listed = pairs();
    if (listed.empty()) return;
    const auto read = [&](Value result) { return kraken::read_trade_volume(result, symbols_); };
    const auto traded = ask(sign(kraken::trade_volume_call(listed)), read);
    if (!traded) return say(kraken::check_failed("the fee tier", traded.error()));
    std::vector<VenueFees> fees;
    for (const auto& each : traded->fees) {
        fees.push_back({each.instrument, each.taker, each.maker});
    }
    add(check_fees(options_.settings, fees, traded->volume));
}

/// What everybody pays who has not traded yet.
void VenueExam::look_at_fees_of_all() {
    std::vector<VenueFees> fees;
    for (const auto* pair : pairs()) {
        if (pair->taker_fees.empty()) continue;
        const Ratio taker = pair->taker_fees.front().rate;
        const Ratio maker = pair->maker_fees.empty() ? taker : pair->maker_fees.front().rate;
        fees.push_back({pair->instrument, taker, maker});
    }
    add(check_fees(options_.settings, fees, Money{}));
}

/// In risk.currency, as far as it is known: what is on the account at the venue, or what the paper
/// account begins with.
std::optional<Money> VenueExam::equity() const {
    const std::string account = options_.settings.text("risk.account", "paper");
    const std::string currency = options_.settings.text("risk.currency", "USD");
    if (!options_.venue.trades()) {
        const auto paper = paper::Configuration::of(options_.settings);
        if (paper.account != account) return std::nullopt;
        for (const auto& [name, amount] : paper.cash) {
            if (name == currency) return amount;
        }
        return std::nullopt;
    }
    if (!balances_) return std::nullopt;
    std::map<std::string, Price> price_by_base;
    for (const auto& [instrument, price] : last_) {
        if (instrument.quote() == currency) price_by_base[std::string(instrument.base())] = price;
    }
    Money sum;
    for (const auto& each : *balances_) {
        if (each.currency == currency) {
            sum += Money(each.balance);
        } else if (const auto price = price_by_base.find(each.currency);
                   price != price_by_base.end()) {
            sum +=
                notional(price->second, Quantity(each.balance), Rounding::Down).value_or(Money{});
        }
    }
    return sum;
}

void VenueExam::look_at_terms() {
    std::vector<LeastOrder> least;
    for (const auto* pair : pairs()) {
        const auto last = last_.find(pair->instrument);
        if (last == last_.end()) continue;
        if (const auto value = kraken::least_order(*pair, last->second)) {
            least.push_back({pair->instrument, *value});
        }
    }
    add(check_entry_sizes(options_.settings, least, equity()));
}

}  // namespace tapedeck::cli
