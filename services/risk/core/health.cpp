#include "risk/core/health.h"

#include <algorithm>

namespace tapedeck::risk {

namespace {

bool belongs_to(std::string_view producer, std::string_view service) {
    return producer.starts_with(service) &&
           (producer.size() == service.size() || producer[service.size()] == '.');
}

std::int64_t count_of(const Health::Names& producers, const std::vector<std::string>& services) {
    return std::count_if(producers.begin(), producers.end(), [&](const std::string& producer) {
        return std::any_of(services.begin(), services.end(), [&](const std::string& service) {
            return belongs_to(producer, service);
        });
    });
}

}  // namespace

void Health::started(const ServiceStarted& started) {
    down_.erase(started.service);
    behind_.erase(started.service);  // as far as is known; the journal will say
}

void Health::lost(const ServiceLost& lost) {
    down_.insert(lost.service);
    behind_.erase(lost.service);
}

void Health::jumped(const ClockJumped& jumped) {
    // The most negative of all has no opposite.
    const Duration size =
        jumped.delta == Duration::min() ? Duration::max() : std::chrono::abs(jumped.delta);
    clock_jump_ = std::max(clock_jump_, size);
}

void Health::resume() {
    unproven_.clear();
    clock_jump_ = Duration::zero();
}

std::int64_t Health::down(const std::vector<std::string>& services) const {
    return is_lockstep_ ? 0 : count_of(down_, services);
}

std::int64_t Health::behind(const std::vector<std::string>& services) const {
    return is_lockstep_ ? 0 : count_of(behind_, services);
}

}  // namespace tapedeck::risk
