#include "events/event.h"

namespace tapedeck {

Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

bool operator==(const Event& a, const Event& b) {
    return a.any_ == b.any_;
}

std::uint16_t Event::type() const {
    return visit([](const auto& event) { return std::remove_cvref_t<decltype(event)>::kType; });
}

std::string_view Event::name() const {
    return visit([](const auto& event) { return std::remove_cvref_t<decltype(event)>::kName; });
}

}  // namespace tapedeck
