#include "ops/stop_signal.h"

#include "base/verify.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace tapedeck::ops {

namespace {

// A handler is given nothing but a number: what it touches has to be global, and lock-free.
std::atomic<int> signaled_descriptor{-1};
std::atomic<bool> is_stopping{false};
static_assert(std::atomic<int>::is_always_lock_free);

constexpr std::array<int, 2> kSignals{SIGTERM, SIGINT};
std::array<struct sigaction, kSignals.size()> former_actions;

void stop() {
    is_stopping.store(true);
    const std::uint64_t one = 1;
    // It can fail only when the counter is full, and then it is readable already.
    [[maybe_unused]] const auto written = ::write(signaled_descriptor.load(), &one, sizeof(one));
}

}  // namespace

extern "C" {

static void on_stop_signal(int /*number*/) {
    const int kept = errno;
    stop();
    errno = kept;
}

}  // extern "C"

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    VERIFY(descriptor_ >= 0);
    is_stopping.store(false);
    VERIFY(signaled_descriptor.exchange(descriptor_) == -1);

    struct sigaction action {};

    action.sa_handler = &on_stop_signal;
    // Back to the default after the first; and blocking calls return, to see the flag.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        VERIFY(::sigaction(kSignals[i], &action, &former_actions[i]) == 0);
    }
}

StopSignal::~StopSignal() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        ::sigaction(kSignals[i], &former_actions[i], nullptr);
    }
    signaled_descriptor.store(-1);
    ::close(descriptor_);
}

bool StopSignal::stopping() const {
    return is_stopping.load(std::memory_order_relaxed);
}

void StopSignal::request() {
    stop();
}

}  // namespace tapedeck::ops
