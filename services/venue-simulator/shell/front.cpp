#include "venue-simulator/shell/front.h"

#include "base/overloaded.h"

#include <algorithm>
#include <set>
#include <utility>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kEventsAtOnce = 1000;  // so that what is due isn't kept waiting
constexpr std::uint16_t kGoingAway = 1001;

}  // namespace

std::vector<Delivery> Front::take(const Input& input) {
    if (log_ != nullptr) log_->add(input);
    return tell(venue_, input);
}

Time Front::replay(const std::vector<Input>& earlier) {
    Time last{};
    std::set<std::uint64_t> open;
    for (const auto& input : earlier) {
        last = std::max(last, input.at);
        first_id_ = std::max(first_id_, input.id);
        if (input.kind == Input::Kind::Opened) open.insert(input.id);
        if (input.kind == Input::Kind::Closed) open.erase(input.id);
        tell(venue_, input);
    }
    for (const auto id : open) take({.kind = Input::Kind::Closed, .at = last, .id = id});
    return last;
}

Result<> Front::step(Time now) {
    for (std::size_t i = 0; i < kEventsAtOnce; ++i) {
        const auto event = server_.next();
        if (!event) break;
        take_event(*event, now);
    }
    const auto due = take({.kind = Input::Kind::Step, .at = now});
    if (log_ != nullptr) TRY(log_->flush());
    for (const auto& delivery : due) deliver(delivery, now);
    return {};
}

void Front::take_event(const net::ServerEvent& event, Time now) {
    Input input;
    input.at = now;
    std::visit(
        overloaded{
            [&](const net::ServerRequest& request) {
                input.kind = Input::Kind::Request;
                input.id = first_id_ + request.id;
                input.call = {
                    .method = request.request.method,
                    .target = request.request.target,
                    .headers = request.request.headers,
                    .body = request.request.body};
            },
            [&](const net::ServerSocketOpened& opened) {
                input.kind = Input::Kind::Opened;
                input.id = first_id_ + opened.id;
                input.text = opened.target;
            },
            [&](const net::SocketText& text) {
                input.kind = Input::Kind::Received;
                input.id = first_id_ + text.id;
                input.text = text.text;
            },
            [&](const net::SocketClosed& closed) {
                input.kind = Input::Kind::Closed;
                input.id = first_id_ + closed.id;
            }},
        event.what);
    take(input);
}

void Front::forget(std::uint64_t id, Time now) {
    take({.kind = Input::Kind::Closed, .at = now, .id = id});
}

void Front::deliver(const Delivery& delivery, Time now) {
    if (delivery.id <= first_id_) return;  // to somebody of before
    const net::WireId id = delivery.id - first_id_;
    switch (delivery.kind) {
        case Delivery::Kind::Answer: {
            net::HttpReply reply;
            reply.status = delivery.status;
            reply.headers = {{"Content-Type", delivery.type}};
            reply.body = delivery.text;
            server_.answer(id, std::move(reply));
            break;
        }
        case Delivery::Kind::Raw: server_.answer_raw(id, delivery.text); break;
        case Delivery::Kind::DropIt:
            server_.drop(id);
            forget(delivery.id, now);
            break;
        case Delivery::Kind::Text:
            // Whoever reads so slowly that his messages pile up is cut off.
            if (server_.send(id, delivery.text)) break;
            server_.drop(id);
            forget(delivery.id, now);
            break;
        case Delivery::Kind::CloseIt:
            server_.close(id, kGoingAway, delivery.text);
            forget(delivery.id, now);
            break;
    }
}

Duration Front::idle_for(Time now, Duration longest) const {
    const auto next = venue_.next_due();
    if (!next) return longest;
    return std::clamp(*next - now, Duration{}, longest);
}

}  // namespace tapedeck::venue_simulator
