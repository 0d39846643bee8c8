#include "venue-simulator/core/venue.h"

#include "base/overloaded.h"
#include "venue-simulator/core/text.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kLaterMax = 10'000;  // delayed requests; more are worked on at once
constexpr std::size_t kHeldMax = 1'000;
constexpr std::size_t kCountsMax = 200;
constexpr std::size_t kDueMax = 100'000;
constexpr std::string_view kAdmin = "/admin/";

Occasion occasion_of(const RestCall& call) {
    return {.method = call.method, .channel = {}, .pair = call.pair, .key = call.key};
}

Occasion occasion_of(const SocketCall& call) {
    return call.occasion;
}

std::string html_of(unsigned status) {
    const std::string code = std::to_string(status);
    return "<!DOCTYPE html>\n<html>\n<head><title>" + code +
           ": Web server is returning an unknown error</title></head>\n<body>\n<h1>Error " + code +
           "</h1>\n</body>\n</html>\n";
}

std::string with_now(std::string text, Time now) {
    constexpr std::string_view kMark = "<now>";
    const auto at = text.find(kMark);
    if (at != std::string::npos) text.replace(at, kMark.size(), unix_text(now, 0));
    return text;
}

std::string truncated(const std::string& text) {
    return text.substr(0, text.size() / 2);
}

}  // namespace

Venue::Venue(const VenueOptions& options, Time start)
    : floor_(options.seed),
      desk_(floor_),
      faults_(options.seed),
      rest_(floor_, desk_),
      sockets_(floor_, desk_, faults_, options.paths),
      market_(floor_, options.seed, options.market) {
    for (const auto& spec : options.accounts) {
        const AccountId id = floor_.exchange.open_account(spec.account, start);
        for (ApiKey key : spec.keys) {
            key.account = id;
            key.tier = spec.account.tier;
            floor_.keys.add(std::move(key));
        }
    }
    market_.set_running(options.is_market_running);
    market_.begin(start);
    publish_all(start);
}

void Venue::request(std::uint64_t id, const HttpCall& call, Time now) {
    if (call.target.starts_with(kAdmin)) {
        unsigned status = 200;
        std::string text = admin(call, now, status);
        push(now, {.id = id, .status = status, .text = std::move(text)});
        publish_all(now);
        return;
    }
    auto read = Rest::read(call);
    if (!read) {
        push(now, {.id = id, .status = 404, .type = "text/plain", .text = "Not Found\n"});
        return;
    }
    count("rest." + read->method);
    take_up({std::move(*read), id, now}, now);
}

void Venue::opened(SocketId id, const std::string& target, Time now) {
    count("sockets.opened");
    if (!sockets_.open(id, target, now)) {
        push(now, {.kind = Delivery::Kind::CloseIt, .id = id, .text = "unknown path"});
    }
    route(now);
}

void Venue::received(SocketId id, const std::string& text, Time now) {
    if (!sockets_.is_open(id)) return;
    SocketCall call = sockets_.read(id, text, now);
    count("ws." + (call.method.empty() ? "malformed" : call.method));
    take_up({std::move(call), id, now}, now);
}

void Venue::closed(SocketId id, Time now) {
    sockets_.close(id, now);
    last_due_.erase(id);
    std::erase_if(held_, [&](const auto& held) { return held.first.first == id; });
}

void Venue::take_up(Work work, Time now) {
    const Occasion occasion =
        std::visit([](const auto& call) { return occasion_of(call); }, work.call);
    const auto rule = faults_.strike(Fault::DelayBefore, occasion);
    if (rule && later_.size() < kLaterMax) {
        later_.emplace(now + rule->delay, std::move(work));
        return;
    }
    work_on(work, now);
}

void Venue::work_on(const Work& work, Time now) {
    const Occasion occasion =
        std::visit([](const auto& call) { return occasion_of(call); }, work.call);
    if (fails_before(work, occasion, now)) return;
    const Moment at{work.received, now};
    std::vector<std::string> texts = std::visit(
        overloaded{
            [&](const RestCall& call) { return std::vector<std::string>{rest_.answer(call, at)}; },
            [&](const SocketCall& call) { return sockets_.answer(call, at); }},
        work.call);
    std::vector<ExchangeEvent> events = floor_.exchange.take_events();
    const auto fresh = fresh_orders(events);
    if (fill_before_ack(occasion, events, now)) {
        publish(events, now);
        answer(work, occasion, texts, now);
    } else {
        answer(work, occasion, texts, now);
        publish(events, now);
    }
    disturb(occasion, fresh, now);
}

bool Venue::fails_before(const Work& work, const Occasion& occasion, Time now) {
    for (const Fault fault : {Fault::Drop, Fault::NoAnswer, Fault::HttpError, Fault::Error}) {
        if (const auto rule = faults_.strike(fault, occasion, false)) {
            fail(work, *rule, now);
            return true;
        }
    }
    return false;
}

bool Venue::fails_after(const Work& work, const Occasion& occasion, Time now) {
    for (const Fault fault : {Fault::Drop, Fault::NoAnswer, Fault::HttpError, Fault::Error}) {
        if (const auto rule = faults_.strike(fault, occasion, true)) {
            fail(work, *rule, now);
            return true;
        }
    }
    return false;
}

void Venue::fail(const Work& work, const FaultRule& rule, Time now) {
    const auto* socket_call = std::get_if<SocketCall>(&work.call);
    if (rule.fault == Fault::Drop) {
        push(now, {.kind = Delivery::Kind::DropIt, .id = work.id});
    } else if (rule.fault == Fault::HttpError && socket_call == nullptr) {
        push(
            now,
            {.id = work.id,
             .status = rule.status,
             .type = "text/html; charset=UTF-8",
             .text = html_of(rule.status)});
    } else if (rule.fault == Fault::Error) {
        const std::string error = with_now(rule.text, now);
        const Moment at{work.received, now};
        deliver_answer(
            work,
            {socket_call == nullptr ? Rest::error_body(error)
                                    : Sockets::error_answer(*socket_call, error, at)},
            {},
            now);
    }
}

void Venue::answer(
    const Work& work, const Occasion& occasion, const std::vector<std::string>& texts, Time now) {
    if (fails_after(work, occasion, now)) return;
    std::vector<std::string> said = texts;
    for (auto& text : said) {
        if (faults_.strike(Fault::MalformedJson, occasion)) text = "{" + text;
        if (faults_.strike(Fault::TruncatedJson, occasion)) text = truncated(text);
    }
    const bool is_rest = std::holds_alternative<RestCall>(work.call);
    if (is_rest && faults_.strike(Fault::CutAnswer, occasion)) {
        const std::string head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Content-Length: " +
            std::to_string(said.front().size()) + "\r\n\r\n";
        push(
            now,
            {.kind = Delivery::Kind::Raw, .id = work.id, .text = head + truncated(said.front())});
        return;
    }
    const auto rule = faults_.strike(Fault::DelayAfter, occasion);
    deliver_answer(work, std::move(said), rule ? rule->delay : Duration{}, now);
}

void Venue::deliver_answer(
    const Work& work, std::vector<std::string> texts, Duration delay, Time now) {
    const bool is_rest = std::holds_alternative<RestCall>(work.call);
    for (auto& text : texts) {
        push(
            now + delay,
            {.kind = is_rest ? Delivery::Kind::Answer : Delivery::Kind::Text,
             .id = work.id,
             .text = std::move(text)});
    }
}

std::vector<OrderKey> Venue::fresh_orders(const std::vector<ExchangeEvent>& events) const {
    std::vector<OrderKey> keys;
    for (const auto& event : events) {
        const auto* execution = std::get_if<Execution>(&event);
        if (execution != nullptr && execution->type == ExecutionType::New) {
            keys.push_back(execution->order.key);
        }
    }
    return keys;
}

bool Venue::fill_before_ack(
    const Occasion& occasion, std::vector<ExchangeEvent>& events, Time now) {
    bool has_struck = false;
    for (const OrderKey key : fresh_orders(events)) {
        const Order* order = floor_.exchange.find(key);
        if (order == nullptr || !faults_.strike(Fault::FillBeforeAck, occasion)) continue;
        has_struck = true;
        floor_.exchange.fill_with_house(key, order->remaining(), now);
        for (auto& event : floor_.exchange.take_events()) events.push_back(std::move(event));
    }
    return has_struck;
}

/// What becomes of orders that were just accepted.
void Venue::disturb(const Occasion& occasion, const std::vector<OrderKey>& fresh, Time now) {
    for (const OrderKey key : fresh) {
        const Order* order = floor_.exchange.find(key);
        if (order == nullptr || !order->is_open()) continue;
        if (faults_.strike(Fault::PartialFill, occasion)) {
            const Decimal half = over(order->remaining(), Decimal::from_integer(2));
            const auto lots = round_to_step(half, step_of(kLotDecimals), Rounding::Down);
            if (lots) floor_.exchange.fill_with_house(key, *lots, now);
        }
        if (order->is_open() && faults_.strike(Fault::SelfCancel, occasion)) {
            (void)floor_.exchange.cancel(key, "Canceled by the exchange", now);
        }
    }
    publish_all(now);
}

void Venue::publish(const std::vector<ExchangeEvent>& events, Time now) {
    for (const auto& event : events) {
        if (const auto* trade = std::get_if<PublicTrade>(&event)) floor_.history.record(*trade);
    }
    sockets_.publish(events, now);
    sockets_.publish_books(now);
    route(now);
}

void Venue::publish_all(Time now) {
    publish(floor_.exchange.take_events(), now);
}

void Venue::route(Time now) {
    for (const auto& message : sockets_.take()) route_one(message, now);
}

void Venue::route_one(const Outgoing& message, Time now) {
    const SocketId id = message.socket;
    if (message.closes) {
        push(now, {.kind = Delivery::Kind::CloseIt, .id = id, .text = "idle"});
        return;
    }
    count("stream." + message.channel);
    const Occasion occasion{
        .method = {}, .channel = message.channel, .pair = message.pair, .key = message.key};
    if (faults_.strike(Fault::DropSocket, occasion)) {
        push(now, {.kind = Delivery::Kind::DropIt, .id = id});
        return;
    }
    if (faults_.strike(Fault::Missing, occasion)) return;
    const auto held = held_.find({id, message.channel});
    if (held == held_.end() && held_.size() < kHeldMax &&
        faults_.strike(Fault::Reordered, occasion)) {
        held_.emplace(std::pair(id, message.channel), message);
        return;
    }
    std::string text = message.text;
    if (faults_.strike(Fault::MalformedJson, occasion)) text = "{" + text;
    if (faults_.strike(Fault::TruncatedJson, occasion)) text = truncated(text);
    const auto delay = faults_.strike(Fault::DelayAfter, occasion);
    // What comes later on a socket arrives later, however long the first is held up.
    Time& last = last_due_[id];
    last = std::max(last, now + (delay ? delay->delay : Duration{}));
    const std::size_t times_said = faults_.strike(Fault::Repeated, occasion) ? 2 : 1;
    for (std::size_t i = 0; i < times_said; ++i) {
        push(last, {.kind = Delivery::Kind::Text, .id = id, .text = text});
    }
    if (held == held_.end()) return;
    push(last, {.kind = Delivery::Kind::Text, .id = id, .text = held->second.text});
    held_.erase(held);
}

/// Names come from clients: so many, and no more.
void Venue::count(const std::string& what) {
    if (counts_.size() < kCountsMax || counts_.contains(what)) ++counts_[what];
}

void Venue::push(Time due, Delivery delivery) {
    if (due_.size() >= kDueMax) due = due_.begin()->first;  // too much waits: nothing more does
    due_.emplace(due, std::move(delivery));
}

void Venue::advance(Time now) {
    while (!later_.empty() && later_.begin()->first <= now) {
        auto work = later_.extract(later_.begin());
        work_on(work.mapped(), now);
    }
    floor_.exchange.advance(now);
    market_.advance(now);
    publish_all(now);
    sockets_.advance(now);
    route(now);
}

std::vector<Delivery> Venue::take(Time now) {
    std::vector<Delivery> result;
    while (!due_.empty() && due_.begin()->first <= now) {
        result.push_back(std::move(due_.begin()->second));
        due_.erase(due_.begin());
    }
    return result;
}

std::optional<Time> Venue::next_due() const {
    std::optional<Time> next;
    if (!due_.empty()) next = due_.begin()->first;
    if (!later_.empty())
        next = std::min(next.value_or(later_.begin()->first), later_.begin()->first);
    return next;
}

}  // namespace tapedeck::venue_simulator
