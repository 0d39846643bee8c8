#pragma once

#include "net/wire.h"

#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A wire that a test tells what happened. For tests.
namespace tapedeck::kraken::testing {

class FakeWire final : public net::Wire {
public:
    struct Request {
        net::WireId id = 0;
        std::string origin;
        net::HttpRequest request;
        bool is_answered = false;
    };

    net::WireId request(const std::string& origin, net::HttpRequest request, Duration) override {
        requests.push_back({++last_, origin, std::move(request)});
        return last_;
    }

    net::WireId open(const std::string& url) override {
        opened.emplace_back(++last_, url);
        return last_;
    }

    bool send(net::WireId socket, std::string text) override {
        if (!open_sockets.contains(socket)) return false;
        sent.push_back(std::move(text));
        return true;
    }

    void close(net::WireId socket) override {
        open_sockets.erase(socket);
        closed.push_back(socket);
    }

    std::optional<net::WireEvent> next() override {
        if (events_.empty()) return std::nullopt;
        auto event = std::move(events_.front());
        events_.pop_front();
        return event;
    }

    int wake_descriptor() const override { return -1; }

    // What the test says.

    void tell(decltype(net::WireEvent::what) what) { events_.push_back({std::move(what), {}}); }

    net::WireId socket() const { return opened.empty() ? 0 : opened.back().first; }

    void accept() {
        open_sockets.insert(socket());
        tell(net::SocketOpened{socket()});
    }

    void say(std::string text) { tell(net::SocketText{socket(), std::move(text)}); }

    void cut(std::string why = "connection reset") {
        open_sockets.erase(socket());
        tell(net::SocketClosed{socket(), std::move(why)});
    }

    /// Answers the oldest open request whose target has this in it; false if there is none.
    bool answer(std::string_view target, std::string body, unsigned status = 200) {
        Request* const found = find(target);
        if (found == nullptr) return false;
        found->is_answered = true;
        tell(net::HttpAnswered{found->id, {status, {}, std::move(body)}});
        return true;
    }

    bool fail(std::string_view target, bool was_written = true) {
        Request* const found = find(target);
        if (found == nullptr) return false;
        found->is_answered = true;
        tell(net::HttpFailed{found->id, was_written, "timed out"});
        return true;
    }

    std::vector<Request> requests;
    std::vector<std::pair<net::WireId, std::string>> opened;
    std::vector<net::WireId> closed;
    std::vector<std::string> sent;
    std::set<net::WireId> open_sockets;

private:
    Request* find(std::string_view target) {
        for (auto& each : requests) {
            if (!each.is_answered && each.request.target.find(target) != std::string::npos) {
                return &each;
            }
        }
        return nullptr;
    }

    net::WireId last_ = 0;
    std::deque<net::WireEvent> events_;
};

}  // namespace tapedeck::kraken::testing
