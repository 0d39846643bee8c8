#include "venues/kraken/trader.h"

#include <algorithm>
#include <utility>

namespace tapedeck::kraken {

namespace {

constexpr std::uint64_t kAssetsTag = 1;
constexpr std::uint64_t kPairsTag = 2;

}  // namespace

Trader::Trader(
    TraderOptions options,
    std::unique_ptr<net::Wire> wire,
    const Credentials& credentials,
    const AccountBooks& books)
    : options_(std::move(options)),
      wire_(std::move(wire)),
      books_(books),
      public_(
          *wire_,
          {.origin = options_.rest_origin,
           .interval = std::chrono::seconds(1),
           .timeout = options_.request_timeout,
           .cache = options_.cache},
          options_.seed),
      pairs_(public_, {.assets = kAssetsTag, .pairs = kPairsTag}),
      rest_(
          *wire_,
          {.origin = options_.rest_origin,
           .tier = options_.tier,
           .timeout = options_.request_timeout,
           .breaker = options_.breaker},
          credentials,
          options_.nonce_mark,
          options_.seed + 1),
      link_(*wire_, {.url = options_.socket_url}, options_.seed + 2),
      engine_(options_.tier) {}

void Trader::on_record(const Recorded& recorded) {
    if (recorded.seq <= last_) return;
    last_ = recorded.seq;
    if (const auto* started = recorded.event.as<ServiceStarted>()) {
        const bool is_ours = started->service == AccountBooks::kService &&
                             started->producer_epoch == options_.producer_epoch;
        if (is_ours) began_ = true;
        return;
    }
    if (!began_) {  // what is older has an outcome, or is Unknown: it is never sent
        remember_spending(recorded);
        return;
    }
    if (recorded.event.as<OrderIntended>() != nullptr) {
        if (books_.find(recorded.seq) != nullptr) adds_.push_back({recorded.seq, recorded.seq, {}});
    } else if (const auto* done = recorded.event.as<ReconciliationCompleted>()) {
        const bool is_ours =
            done->venue == AccountBooks::kVenue && done->account == books_.account();
        if (is_ours && done->is_complete) {
            reconciled_ = true;
            forget_answered(*done);
        }
    } else if (const auto* request = books_.find_request(recorded.seq)) {
        switch (request->kind) {
            case RequestKind::Cancel:
                cancels_.push_back({recorded.seq, request->intent, now_.monotonic});
                break;
            case RequestKind::Amend:
                amends_.push_back({recorded.seq, request->intent, now_.monotonic});
                break;
            case RequestKind::Query: {
                Inquiry inquiry;
                inquiry.about = recorded.seq;
                inquiry.intent = request->intent;
                inquiry.asked_at = recorded.recorded_at;
                inquiries_.push_back(inquiry);
                break;
            }
        }
    }
}

/// The venue's counters don't begin anew with us: what earlier instances spent is on the tape.
void Trader::remember_spending(const Recorded& recorded) {
    const auto is_ours = [&](const auto& event) {
        return event.venue == AccountBooks::kVenue && event.account == books_.account();
    };
    if (const auto* message = recorded.event.as<VenueMessageReceived>()) {
        if (message->status != 0 && is_ours(*message)) {
            rest_.spent_before(message->channel, recorded.recorded_at);
        }
    } else if (const auto* link = recorded.event.as<AccountLinkChanged>()) {
        // Each connection had a token, which is never recorded.
        if (is_ours(*link)) rest_.spent_before("GetWebSocketsToken", recorded.recorded_at);
    } else if (const auto* sent = recorded.event.as<OrderSent>()) {
        const BookedOrder* const order = books_.find(sent->intent);
        if (order == nullptr) return;
        engine_.sent(order->terms.instrument.name(), EngineAction::Add, {}, recorded.recorded_at);
    }
}

TraderNews Trader::poll(const market_data::Moment& now, Duration lease_left) {
    now_ = now;
    lease_left_ = lease_left;
    news_ = {};
    if (!began_) return {};
    if (!said_link_) link_down("not connected yet");
    while (const auto event = wire_->next()) {
        if (const auto answered = public_.take(*event, now_)) take_public(*answered);
        if (const auto outcome = rest_.take(*event, now_)) take_outcome(*outcome);
        link_.take(*event, now_);
        take_link();
    }
    link_.drive(now_);
    take_link();
    expire_answers();
    drive_switch();
    drive_orders();
    drive_questions();
    take_steps();
    watch_breaker();
    pairs_.drive(now_);
    while (const auto answered = public_.take_cached()) take_public(*answered);
    public_.drive(now_.monotonic);
    news_.nonce_mark = rest_.mark_wanted();
    return std::exchange(news_, {});
}

void Trader::watch_breaker() {
    const auto state = rest_.breaker(now_.monotonic);
    if (std::exchange(breaker_, state) == state) return;
    switch (state) {
        case net::Breaker::State::Open:
            note(true, "VENUE_BREAKER_OPEN", "too many failures in a row: REST rests for a while");
            break;
        case net::Breaker::State::HalfOpen:
            note(false, "VENUE_BREAKER_HALF_OPEN", "one call is let through, to see");
            break;
        case net::Breaker::State::Closed:
            note(false, "VENUE_BREAKER_CLOSED", "REST works again");
            break;
    }
}

void Trader::say(Event event) {
    news_.events.push_back({std::move(event), Origin{{}, now_.wall, {}}});
}

void Trader::note(bool is_warning, std::string code, std::string text) {
    news_.notes.push_back({is_warning, std::move(code), redacted(std::move(text))});
}

/// No answer of the venue's has ever repeated a token. Should one do so, it is not recorded.
std::string Trader::redacted(std::string text) const {
    const std::string& secret = link_.token();
    if (secret.empty()) return text;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), "…");
    }
    return text;
}

void Trader::message(const Asked& asked, unsigned status, const std::string& text) {
    VenueMessageReceived event;
    event.venue = AccountBooks::kVenue;
    event.account = books_.account();
    event.channel = asked.channel;
    event.about = asked.about;
    event.attempt = asked.attempt;
    event.question = asked.question;
    event.status = status;
    event.set_text(redacted(text));
    if (event.is_cut()) note(true, "VENUE_MESSAGE_CUT", asked.channel);
    say(std::move(event));
}

void Trader::failure(const Asked& asked, bool was_written, const std::string& reason) {
    VenueRequestFailed event;
    event.venue = AccountBooks::kVenue;
    event.account = books_.account();
    event.channel = asked.channel;
    event.about = asked.about;
    event.attempt = asked.attempt;
    event.question = asked.question;
    event.was_written = was_written;
    event.reason = redacted(reason);
    note(true, "VENUE_REQUEST_FAILED", asked.channel + ": " + reason);
    say(std::move(event));
}

void Trader::take_link() {
    for (const auto& news : link_.take_news()) {
        switch (news.kind) {
            case PrivateLink::News::Kind::Up: link_up(); break;
            case PrivateLink::News::Kind::Down: link_down(news.text); break;
            case PrivateLink::News::Kind::Message: {
                Asked unasked;
                unasked.attempt = 0;
                unasked.channel = news.channel;
                message(unasked, 0, news.text);
                break;
            }
            case PrivateLink::News::Kind::Answer: take_answer(news); break;
            case PrivateLink::News::Kind::Limit:
                engine_.set_max(Decimal::from_integer(
                    static_cast<std::int64_t>(std::min<std::uint64_t>(news.number, 1'000'000))));
                break;
            case PrivateLink::News::Kind::Status:
                note(!news.is_online, "VENUE_STATUS", "kraken says: " + news.text);
                break;
        }
    }
}

/// Its snapshots tell what is open now; what has ended meanwhile only a reconciliation does.
void Trader::link_up() {
    is_linked_ = true;
    wants_audit_ = true;
    say(AccountLinkChanged{
        std::string(AccountBooks::kVenue), books_.account(), true, "snapshots taken"});
    note(false, "ACCOUNT_LINK_UP", options_.socket_url);
}

void Trader::link_down(const std::string& why) {
    for (const auto& [request, asked] : std::exchange(by_request_, {})) {
        if (asked.what != What::Switch) failure(asked, true, "the connection was lost");
    }
    note(true, "ACCOUNT_LINK_DOWN", why);
    // Once, at the start as well: the tape may still say that it is up.
    const bool was_linked = std::exchange(is_linked_, false);
    if (!was_linked && std::exchange(said_link_, true)) return;
    said_link_ = true;
    say(AccountLinkChanged{
        std::string(AccountBooks::kVenue), books_.account(), false, redacted(why)});
}

void Trader::take_answer(const PrivateLink::News& news) {
    const auto found = by_request_.find(news.request);
    if (found == by_request_.end()) {
        note(true, "VENUE_ANSWER_UNASKED", news.text);
        return;
    }
    const Asked asked = found->second;
    by_request_.erase(found);
    message(asked, 0, news.text);
    if (!news.error) return;
    spent_too_much(asked.intent, *news.error);
    if (asked.what == What::Switch) note(true, "DEAD_MANS_SWITCH_FAILED", news.error->text);
    if (news.error->error_class == ErrorClass::Session) link_.renew(now_.monotonic);
}

void Trader::take_outcome(const PrivateRest::Outcome& outcome) {
    const auto found = by_tag_.find(outcome.call.tag);
    if (found == by_tag_.end()) return;
    const Asked asked = found->second;
    if (outcome.is_final) by_tag_.erase(found);
    if (asked.what == What::Token) return take_token(outcome);
    if (outcome.status == 0 && !outcome.is_final) {
        note(true, "VENUE_REQUEST_REPEATED", asked.channel + ": " + outcome.why);
    } else if (outcome.status == 0) {
        failure(asked, outcome.was_written, outcome.why);
    } else {
        message(asked, outcome.status, outcome.body);
        const auto result = read_envelope(document_, outcome.status, outcome.body);
        if (!result) spent_too_much(asked.intent, result.error());
        if (!result && asked.what == What::Switch) {
            note(true, "DEAD_MANS_SWITCH_FAILED", result.error().text);
        }
    }
    if (!outcome.is_final) return;
    if (asked.what == What::Query) take_query(outcome, asked);
    if (asked.what == What::Audit) take_audit(outcome, asked);
}

/// Which pairs there are: without them nothing can be spelled. What the venue said yesterday does
/// to read by; orders wait until it says so today.
void Trader::take_public(const PublicRest::Answered& answered) {
    auto outcome = pairs_.take(answered, now_);
    if (!outcome) return;
    if (!outcome->symbols) {
        note(true, "VENUE_PAIRS_UNREADABLE", "kraken: " + outcome->fault);
        return;
    }
    symbols_ = std::move(*outcome->symbols);
    has_symbols_ = has_symbols_ || !outcome->is_old;
    if (outcome->is_old) note(true, "VENUE_CACHE_SERVES", old_pairs_text(outcome->answered_at));
}

/// What the REST queue has done: orders say so before their bytes can be answered.
void Trader::take_steps() {
    for (const auto& step : rest_.drive(now_)) {
        const auto found = by_tag_.find(step.call.tag);
        if (found == by_tag_.end()) continue;
        const Asked asked = found->second;
        const BookedOrder* const order = books_.find(asked.intent);
        if (!step.has_left) by_tag_.erase(found);
        switch (asked.what) {
            case What::Add:
                if (step.has_left) {
                    say(OrderSent{asked.intent, books_.client_order_id_of(asked.intent)});
                    if (order != nullptr) spend(*order, EngineAction::Add);
                } else {
                    refuse(asked.intent, "not_sent_in_time", "no way to the venue in time");
                }
                break;
            case What::Amend:
            case What::Cancel:
                if (!step.has_left) failure(asked, false, "no way to the venue in time");
                if (step.has_left && order != nullptr) {
                    const bool is_cancel = asked.what == What::Cancel;
                    spend(*order, is_cancel ? EngineAction::Cancel : EngineAction::Amend);
                }
                break;
            case What::Token:
            case What::Switch:
            case What::Query:
            case What::Audit: break;
        }
    }
}

void Trader::expire_answers() {
    for (auto each = by_request_.begin(); each != by_request_.end();) {
        if (now_.monotonic - each->second.at <= options_.answer_timeout) {
            ++each;
            continue;
        }
        failure(each->second, true, "no answer");
        each = by_request_.erase(each);
    }
}

}  // namespace tapedeck::kraken
