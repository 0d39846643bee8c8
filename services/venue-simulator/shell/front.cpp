#include "venue-simulator/shell/front.h"

#include "base/overloaded.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kEventsAtOnce = 1000;  // so that what is due isn't kept waiting
constexpr std::uint16_t kGoingAway = 1001;

}  // namespace

void Front::step(Time now) {
    for (std::size_t i = 0; i < kEventsAtOnce; ++i) {
        const auto event = server_.next();
        if (!event) break;
        tell(*event, now);
    }
    venue_.advance(now);
    for (const auto& delivery : venue_.take(now)) deliver(delivery, now);
}

void Front::tell(const net::ServerEvent& event, Time now) {
    std::visit(
        overloaded{
            [&](const net::ServerRequest& request) {
                const HttpCall call{
                    .method = request.request.method,
                    .target = request.request.target,
                    .headers = request.request.headers,
                    .body = request.request.body};
                venue_.request(request.id, call, now);
            },
            [&](const net::ServerSocketOpened& opened) {
                venue_.opened(opened.id, opened.target, now);
            },
            [&](const net::SocketText& text) { venue_.received(text.id, text.text, now); },
            [&](const net::SocketClosed& closed) { venue_.closed(closed.id, now); }},
        event.what);
}

void Front::deliver(const Delivery& delivery, Time now) {
    switch (delivery.kind) {
        case Delivery::Kind::Answer: {
            net::HttpReply reply;
            reply.status = delivery.status;
            reply.headers = {{"Content-Type", delivery.type}};
            reply.body = delivery.text;
            server_.answer(delivery.id, std::move(reply));
            break;
        }
        case Delivery::Kind::Raw: server_.answer_raw(delivery.id, delivery.text); break;
        case Delivery::Kind::DropIt:
            server_.drop(delivery.id);
            venue_.closed(delivery.id, now);
            break;
        case Delivery::Kind::Text:
            // Whoever reads so slowly that his messages pile up is cut off.
            if (server_.send(delivery.id, delivery.text)) break;
            server_.drop(delivery.id);
            venue_.closed(delivery.id, now);
            break;
        case Delivery::Kind::CloseIt:
            server_.close(delivery.id, kGoingAway, delivery.text);
            venue_.closed(delivery.id, now);
            break;
    }
}

Duration Front::idle_for(Time now, Duration longest) const {
    const auto next = venue_.next_due();
    if (!next) return longest;
    return std::clamp(*next - now, Duration{}, longest);
}

}  // namespace tapedeck::venue_simulator
