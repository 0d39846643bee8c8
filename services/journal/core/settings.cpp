#include "journal/core/settings.h"

namespace tapedeck::journal {

namespace {

std::vector<Setting> order_settings() {
    return {
        {.key = "dir",
         .kind = SettingKind::Text,
         .default_text = "",
         .help = "Directory of the tape; empty means journal/ in the stack's home."},
        {.key = "clock",
         .kind = SettingKind::Text,
         .default_text = "wall",
         .choices = {"wall", "feed"},
         .help = "wall: real time. feed: recorded and synthetic data carry their own time, "
                 "and the journal waits for every decider after each frame, so that the same "
                 "input gives the same tape at any speed."},
        {.key = "sync",
         .kind = SettingKind::Text,
         .default_text = "commit",
         .choices = {"commit", "checkpoint"},
         .help = "commit: every frame is fsynced before anybody sees it. checkpoint: survives "
                 "kill -9, but a power cut may take the last moments; only with clock = "
                 "feed, where the input can be played again."},
        {.key = "lag_records",
         .kind = SettingKind::Integer,
         .default_text = "100000",
         .min = "0",
         .help = "A service that is more records behind the tape's end is recorded as "
                 "lagging, and risk takes no new risk; a quarter of a second's records are "
                 "normal. 0 = any number."},
        {.key = "lag_age",
         .kind = SettingKind::TimeSpan,
         .default_text = "2s",
         .min = "0s",
         .help = "The same by the age of the oldest record that it has not decided on; above "
                 "half a second, or healthy services are behind. 0s = any age."},
        {.key = "snapshot_records",
         .kind = SettingKind::Integer,
         .default_text = "1000000",
         .min = "0",
         .help = "Deciders keep their state whenever so many records have been submitted, so "
                 "that a restart need not fold the whole tape; at least 100, for they are "
                 "records themselves; 0 = never."},
        {.key = "snapshot_interval",
         .kind = SettingKind::TimeSpan,
         .default_text = "10m",
         .min = "0s",
         .help = "And after so much time, with clock = wall; 0s = never."},
        {.key = "lockstep",
         .kind = SettingKind::TextList,
         .default_text =
             "strategy,risk,execution.orders,execution.portfolio,execution.paper,market-data",
         .help = "With clock = feed: the producers that must be there, in the order in which "
                 "they speak; the last one is the feed."}};
}

std::vector<Setting> storage_settings() {
    return {
        {.key = "segment_bytes",
         .kind = SettingKind::Size,
         .default_text = "1073741824",
         .min = "65536",
         .max = "68719476736",
         .help = "A segment of the tape is sealed when it holds so many bytes; the next one "
                 "begins. Room for less than two is a warning, for less than one the end of "
                 "new risk."},
        {.key = "segment_hours",
         .kind = SettingKind::Integer,
         .default_text = "24",
         .min = "0",
         .max = "8760",
         .help = "It is also sealed when it spans so many hours, with clock = wall; 0 = never."},
        {.key = "pack",
         .kind = SettingKind::Flag,
         .default_text = "true",
         .help = "Whether sealed segments are compressed, at idle priority."},
        {.key = "keep_days",
         .kind = SettingKind::Integer,
         .default_text = "0",
         .min = "0",
         .max = "36500",
         .help = "Market data of segments older than so many days go; orders, fills, "
                 "decisions and all that is not market data stay for ever. 0 = keep all."},
        {.key = "keep_bytes",
         .kind = SettingKind::Size,
         .default_text = "0",
         .min = "0",
         .help = "The same, from the oldest on, while the tape is larger than this. 0 = keep "
                 "all."},
        {.key = "check_hours",
         .kind = SettingKind::Integer,
         .default_text = "24",
         .min = "0",
         .max = "8760",
         .help = "How often every closed segment is proven frame by frame, with clock = "
                 "wall; 0 = never."},
        {.key = "ballast_bytes",
         .kind = SettingKind::Size,
         .default_text = "268435456",
         .min = "0",
         .help = "Set aside on the disk, with clock = wall, and given up when it is full, so "
                 "that fills and cancels are still recorded."}};
}

}  // namespace

std::vector<SettingsSection> settings() {
    std::vector<Setting> all = order_settings();
    const std::vector<Setting> storage = storage_settings();
    all.insert(all.end(), storage.begin(), storage.end());
    return {
        {.name = "journal",
         .help = "Where the tape is kept, and whose clock it follows.",
         .settings = all,
         .kind = ""}};
}

}  // namespace tapedeck::journal
