#pragma once

#include "base/expected.h"
#include "base/settings.h"
#include "net/http.h"
#include "ops/build_info.h"
#include "ops/clock.h"
#include "ops/vitals.h"

#include <memory>
#include <string>
#include <vector>

namespace tapedeck::ops {

/// The descriptors of [health].
std::vector<Setting> health_settings();

/// When a process is not well.
struct HealthLimits {
    Duration stuck_after{};         ///< its loop has not turned for longer
    std::uint64_t lag_records = 0;  ///< it is more records behind; 0 = any number
    Duration lag_age{};             ///< it has been behind for longer; 0 = any time

    static HealthLimits read(const Settings& settings);
};

/// What is asked of a process, by path:
///   /livez   its loop turns: 200, else 503. Whoever runs it starts it again if not.
///   /readyz  it is up with the tape and can work: 200, else 503 with the reason
///   /status  all of that as one object, 200
/// Everything else is 404. Each answer is one JSON object.
class Health {
public:
    /// All must outlive it.
    Health(std::string service, HealthLimits limits, const Clock& clock, const Vitals& vitals);

    /// For any thread.
    net::HttpResponse answer(const std::string& path) const;

    /// Why it is not live; "" = it is.
    std::string stuck(const Vitals::Reading& reading) const;

    /// Why it is not ready; "" = it is.
    std::string unready(const Vitals::Reading& reading) const;

private:
    std::string status(const Vitals::Reading& reading) const;

    std::string service_;
    HealthLimits limits_;
    const Clock& clock_;
    const Vitals& vitals_;
    BuildInfo build_;
    Duration began_;
};

/// Where a process of this run directory answers.
std::string health_socket(const std::string& run_directory, const std::string& service);

}  // namespace tapedeck::ops
