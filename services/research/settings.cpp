#include "research/settings.h"

namespace tapedeck::research {

std::vector<SettingsSection> settings() {
    return {
        {.name = "shadow",
         .help = "The process that decides everything again beside the live deciders.",
         .settings = {
             {.key = "enabled",
              .kind = SettingKind::Flag,
              .default_text = "true",
              .help = "Whether every decision is proven as the tape grows, at the lowest priority "
                      "that the machine has; a difference is an alert."}}}};
}

}  // namespace tapedeck::research
