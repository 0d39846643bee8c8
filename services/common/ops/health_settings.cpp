#include "ops/health.h"

namespace tapedeck::ops {

std::vector<Setting> health_settings() {
    Setting port;
    port.key = "port";
    port.kind = SettingKind::Integer;
    port.default_text = "0";
    port.min = "0";
    port.max = "65535";
    port.help =
        "TCP port of /livez, /readyz and /status, beside the Unix socket; 0 = none. Processes on "
        "one machine need one each: set it by flag or environment.";

    Setting address;
    address.key = "address";
    address.default_text = "127.0.0.1";
    address.help = "Address for that port; there is no login, so keep it off the network.";

    Setting stuck;
    stuck.key = "stuck_after";
    stuck.kind = SettingKind::TimeSpan;
    stuck.default_text = "10s";
    stuck.min = "1s";
    stuck.help = "A loop that has not turned for longer is stuck: /livez says 503.";

    Setting records;
    records.key = "lag_records";
    records.kind = SettingKind::Integer;
    records.default_text = "100000";
    records.min = "0";
    records.help = "Further behind the tape, /readyz says 503; 0 = any number.";

    Setting age;
    age.key = "lag_age";
    age.kind = SettingKind::TimeSpan;
    age.default_text = "5s";
    age.min = "0s";
    age.help = "Behind for longer without a break, /readyz says 503; 0s = any time.";
    return {port, address, stuck, records, age};
}

}  // namespace tapedeck::ops
