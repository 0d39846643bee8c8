#include "bench/submitter.h"

#include <memory>

namespace tapedeck::bench {

namespace {

constexpr Duration kWelcomePatience = std::chrono::seconds(5);
constexpr Duration kPoll = std::chrono::milliseconds(20);

}  // namespace

Result<Submitter> Submitter::connect(
    const ops::Clock& clock, const std::string& run_directory, const std::string& name) {
    const auto endpoints = TRY(tape::Endpoints::in(run_directory));
    auto context = std::make_unique<tape::Context>();
    auto socket =
        TRY(tape::Socket::connect(*context, tape::Channel::Kind::Dealer, endpoints.submit_low));
    tape::Hello hello;
    hello.name = name;
    hello.instance = name;
    hello.build = "bench";
    Submitter submitter(std::move(context), std::move(socket), std::move(hello));
    const Duration deadline = clock.monotonic() + kWelcomePatience;
    while (!submitter.producer_.ready()) {
        TRY(submitter.pump(kPoll));
        if (clock.monotonic() > deadline) return fail("the journal has not welcomed " + name);
    }
    return submitter;
}

Result<> Submitter::pump(Duration longest) {
    while (auto message = producer_.next_message({}, {})) {
        if (!socket_.send(message->header, message->body)) break;
        producer_.sent();
    }
    if (longest > Duration::zero()) {
        tape::Socket* const sockets[] = {&socket_};
        tape::Socket::wait(sockets, longest);
    }
    while (auto received = socket_.receive()) {
        const auto header = TRY(tape::decode_header(received->header, received->body));
        TRY(producer_.receive(header, received->body));
        if (header.type == tape::MessageType::Ack) acknowledged_ = header.a;
    }
    return {};
}

}  // namespace tapedeck::bench
