#include "net/resolver.h"

#include <boost/asio/ip/basic_endpoint.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <netdb.h>

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace tapedeck::net {

namespace asio = boost::asio;

namespace {

Resolver::Answer ask(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    Resolver::Answer answer;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0) {
        answer.why = ::gai_strerror(error);
        return answer;
    }
    for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (entry->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
        answer.addresses.push_back(endpoint.address());
    }
    ::freeaddrinfo(list);
    if (answer.addresses.empty()) answer.why = "no address";
    return answer;
}

}  // namespace

/// Outlives the resolver while a thread still asks.
struct Resolver::Mailbox {
    std::mutex mutex;
    Resolver* resolver = nullptr;
};

Resolver::Resolver(asio::io_context& context)
    : context_(context), mailbox_(std::make_shared<Mailbox>()) {
    mailbox_->resolver = this;
}

Resolver::~Resolver() {
    const std::scoped_lock lock(mailbox_->mutex);
    mailbox_->resolver = nullptr;
}

void Resolver::resolve(const std::string& host, Done done) {
    auto& waiting = waiting_[host];
    waiting.push_back(std::move(done));
    if (waiting.size() > 1) return;  // asked already
    try {
        std::thread([mailbox = mailbox_, host] {
            auto answer = ask(host);
            const std::scoped_lock lock(mailbox->mutex);
            auto* resolver = mailbox->resolver;
            if (resolver == nullptr) return;
            asio::post(resolver->context_, [resolver, host, answer = std::move(answer)] {
                resolver->answered(host, answer);
            });
        }).detach();
    } catch (const std::system_error& error) {
        asio::post(context_, [this, host, why = std::string(error.what())] {
            answered(host, Answer{{}, why});
        });
    }
}

void Resolver::answered(const std::string& host, const Answer& answer) {
    const auto found = waiting_.find(host);
    if (found == waiting_.end()) return;
    const auto waiting = std::move(found->second);
    waiting_.erase(found);
    for (const auto& done : waiting) done(answer);
}

}  // namespace tapedeck::net
