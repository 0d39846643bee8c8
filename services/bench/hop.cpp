#include "bench/hop.h"

#include "tape/socket.h"

#include <atomic>
#include <thread>

namespace tapedeck::bench {

using namespace std::chrono_literals;
using tape::Channel;
using tape::Socket;

namespace {

constexpr Duration kPause = 1ms;
constexpr Duration kTurn = 20ms;
constexpr Duration kFirstPatience = 5s;

/// Publishes the time until told to stop.
Result<> publish(
    const ops::Clock& clock,
    const std::string& endpoint,
    std::size_t bytes,
    const std::atomic<bool>& stopping) {
    tape::Context context;
    Socket socket = TRY(Socket::bind(context, Channel::Kind::Publisher, endpoint));
    const std::string body(bytes, 'x');
    tape::Header header{.type = tape::MessageType::Frame};
    while (!stopping) {
        socket.take_subscription();
        header.sent_at = clock.monotonic().count();
        socket.send(header, body);
        std::this_thread::sleep_for(kPause);
    }
    return {};
}

}  // namespace

Result<Samples> hop_times(
    const ops::Clock& clock,
    const std::filesystem::path& directory,
    std::size_t bytes,
    Duration time) {
    const std::string endpoint = "ipc://" + (directory / "hop.ipc").string();
    std::atomic<bool> stopping = false;
    Result<> said;
    std::thread publisher([&] { said = publish(clock, endpoint, bytes, stopping); });
    const auto listen = [&]() -> Result<Samples> {
        tape::Context context;
        Socket socket = TRY(Socket::connect(context, Channel::Kind::Subscriber, endpoint));
        Socket* const sockets[] = {&socket};
        Samples samples;
        const Duration start = clock.monotonic();
        while (clock.monotonic() - start < (samples.empty() ? time + kFirstPatience : time)) {
            Socket::wait(sockets, kTurn);
            while (auto received = socket.receive()) {
                const Duration now = clock.monotonic();
                const auto header = TRY(tape::decode_header(received->header, received->body));
                samples.add(now - Duration(header.sent_at));
            }
        }
        if (samples.empty()) return fail("no message came through " + endpoint);
        return samples;
    };
    auto samples = listen();
    stopping = true;
    publisher.join();
    TRY(said);
    return samples;
}

}  // namespace tapedeck::bench
